import { afterAll, beforeAll, expect, it } from "vitest";
import * as lab from "../../kernel-lib";
import { expectAdvice, messageOf } from "../support/advice";
import { disposeAgents, type Role, tinyAgents, tinySystem } from "../support/tinySystem";

// Wrong calls: each error names what was given and ends with what to try.
const task = lab.findTheRoot({ trainSize: 2, testSize: 2 });
const [example] = task.train as [lab.Example];
let agents: Record<Role, lab.Agent>;
let system: lab.RecursiveSystem;
beforeAll(async () => {
  agents = tinyAgents();
  system = await tinySystem();
});
afterAll(() => {
  disposeAgents({ agents });
  disposeAgents(system);
  system.dispose();
});

const told = (recurring: string): lab.Agent => agents.critic.withPrompts({ recurring });
const links = (change: (inner: Record<string, lab.LinkWeights>) => void): lab.Links => {
  const inner = { ...system.links.inner };
  change(inner);
  return { inner, outer: system.links.outer };
};
const figure = () => lab.figure({ data: [{ y: [1] }], layout: { width: 0 } });
const CHAIN: lab.Style = { ...lab.SEQUENTIAL, name: "chain", order: ["a.b"], edges: [], speaker: "a.b" };

it.each<[title: string, given: string | RegExp, call: () => unknown]>([
  ["an unknown set of agents", '"small/sequental"', () => lab.loadAgents("small/sequental")],
  ["no folder of an agent", "models/nobody", () => lab.loadAgent("models/nobody")],
  [
    "a field that questions lack",
    "{{ forrest }}",
    () => lab.renderPrompt(told("{{ forrest }}"), example.question, []),
  ],
  ["a field of no question", "no field", () => lab.renderPrompt(told("{{ forest }}"), {}, [])],
  ["a slot left out", "<<plan>> is missing", () => lab.renderPrompt(told("Check."), {}, ["plan"])],
  ["a slot twice", "2 times", () => lab.renderPrompt(told("<<plan>> <<plan>>"), {}, ["plan"])],
  ["a slot that is none", "<<plam>>", () => lab.renderPrompt(told("<<plam>> <<plan>>"), {}, ["plan"])],
  ["a slot where none is", "<<plan>>", () => lab.renderPrompt(told("<<plan>>"), {}, [])],
  ["a prompt that is not Jinja", '"critic"', () => lab.renderPrompt(told("{{ forest"), example.question, [])],
  ["a template that is not Jinja", "{% if", () => lab.chatTemplate("{% if")],
  [
    "roles out of turn",
    "alternate",
    () => lab.chatTemplate("{{ raise_exception('roles must alternate') }}").render([]),
  ],
  ["a word twice", '"of"', () => lab.wordTokenizer({ words: ["of", "of"] })],
  ["two words in one", '"parent of"', () => lab.wordTokenizer({ words: ["parent of"] })],
  ["no tokenizer", "the tokenizer", () => lab.createTokenizer({}, {})],
  [
    "a missing agent",
    '"critic"',
    () => lab.sequential({ planner: agents.planner } as Record<Role, lab.Agent>),
  ],
  ["an agent without its slot", "<<plan>>", () => lab.sequential({ ...agents, critic: told("Check.") })],
  ["a role with a dot", '"a.b"', () => lab.RecursiveSystem.create(CHAIN, { "a.b": agents.planner })],
  [
    "links of another width",
    "inner.planner",
    () => system.replaceLinks(links((inner) => Object.assign(inner, { planner: inner.critic }))),
  ],
  ["a link too few", "missing", () => system.replaceLinks(links((inner) => delete inner.solver))],
  [
    "a link too many",
    "inner.judge",
    () => system.replaceLinks(links((inner) => Object.assign(inner, { judge: inner.solver }))),
  ],
  [
    "a question beyond the model",
    /is \d+ tokens long/,
    () => lab.trace(system, { ...example, question: { forest: "a b ; ".repeat(40), start: "a" } }),
  ],
  [
    "a sequence beyond the model",
    "65 positions",
    () => lab.read(agents.planner.model, [{ ids: [new Array<number>(65).fill(1)] }]),
  ],
  ["a list for a task", "[ [Object]", () => lab.evaluate(system, task.test as unknown as lab.Task)],
  ["no such split", '"tset"', () => lab.evaluate(system, task, { split: "tset" as "test" })],
  ["a task for a list", "find-the-root", () => lab.trainOuter(system, task as unknown as lab.Example[])],
  ["no examples", "no training examples", () => lab.trainOuter(system, [])],
  ["an empty answer", example.id, () => lab.trainOuter(system, [{ ...example, answer: "" }])],
  [
    "a speaker without a turn",
    '"sovler"',
    async () => {
      const style = { ...lab.SEQUENTIAL, speaker: "sovler" };
      const { planner, critic, solver } = agents;
      const mute = await lab.RecursiveSystem.create(style, { planner, critic, solver, sovler: solver });
      await lab.trainOuter(mute, task.train, { steps: 1, batchSize: 1, rounds: 1 });
    },
  ],
  ["a role that says nothing", '"judge"', () => lab.goldMessage(example, "judge", 1)],
  ["a proportion above one", "5 correct of 3", () => lab.wilson(5, 3)],
  ["a result that is a function", "value.config", () => lab.stored({ name: "f", config: () => 1 }, () => 1)],
  ["a result that is a map", "Map", () => lab.stored({ name: "m", config: new Map() }, () => 1)],
  ["nowhere to keep results", "[]", () => lab.stored({ name: "f", config: 1 }, () => 1, { folders: [] })],
  ["no runs", "0 runs", () => lab.lossCurve([])],
  ["no series", "no series", () => lab.roundCurves([])],
  ["a series of nothing", '"latent"', () => lab.roundCurves([{ label: "latent", points: [] }])],
  ["no figures", "no figure", () => lab.sideBySide([])],
  ["a figure without width", "0 wide", () => figure().toSVG()],
  ["a grid without cells", "[1,2]", () => lab.heatmap({ trainRounds: [1, 2], testRounds: [1], cells: [] })],
  ["an unknown column", '"acuracy"', () => lab.table([{ accuracy: 1 }], { columns: ["acuracy"] })],
])("%s: the error says what was given and what to try", async (_, given, call) => {
  expectAdvice(await messageOf(call), given);
});

it("the suggested set of agents loads", async () => {
  const message = await messageOf(() => lab.loadAgents("small/sequental"));
  const [, better] = / Try "(.+?)"/.exec(message)!;
  const loaded = await lab.loadAgents(better!);
  expect(Object.keys(loaded)).toEqual(["critic", "planner", "solver"]);
  for (const agent of Object.values(loaded)) agent.dispose();
});

it("the suggested slot, field and column are taken", async () => {
  const slot = await messageOf(() => lab.renderPrompt(told("<<plam>> <<plan>>"), {}, ["plan"]));
  const filled = lab.renderPrompt(told(/ Try (.+)\.$/.exec(slot)![1]!), {}, ["plan"]);
  expect(filled).toContainEqual({ kind: "slot", name: "plan" });
  const field = await messageOf(() => lab.renderPrompt(told("{{ forrest }}"), example.question, []));
  const [asked] = lab.renderPrompt(told(/ Try (.+)\.$/.exec(field)![1]!), example.question, []);
  expect(asked).toHaveProperty("kind", "ids");
  const column = await messageOf(() => lab.table([{ accuracy: 1 }], { columns: ["acuracy"] }));
  const columns = [/ Try "(.+)"\.$/.exec(column)![1]!];
  expect(`${lab.table([{ accuracy: 1 }], { columns })}`).toContain("accuracy");
});

it("the suggested prompt makes a system", async () => {
  const message = await messageOf(() => lab.sequential({ ...agents, critic: told("Check.") }));
  const [, recurring] = /recurring: "(.+)" \}\)\.$/.exec(message)!;
  const made = await lab.sequential({ ...agents, critic: told(recurring!) });
  expect(made.agents.critic!.prompts.recurring).toBe("… <<plan>>");
  made.dispose();
});
