import { afterAll, beforeAll, expect, it } from "vitest";
import * as lab from "../../kernel-lib";
import { expectAdvice, messageOf } from "../support/advice";
import { disposeAgents, type Role, tinyAgents, tinySystem } from "../support/tinySystem";

// Arguments of the wrong kind, as JavaScript lets them through, and what was disposed of: each error names what was
// given and ends with what to try.
const task = lab.findTheRoot({ trainSize: 2, testSize: 2 });
let agents: Record<Role, lab.Agent>;
let system: lab.RecursiveSystem;
let disposed: lab.RecursiveSystem;
let late: lab.RecursiveSystem;
beforeAll(async () => {
  agents = tinyAgents();
  system = await lab.sequential(agents);
  disposed = system.clone();
  disposed.dispose();
  late = await tinySystem();
  late.agents.critic!.dispose();
});
afterAll(() => {
  system.dispose();
  late.dispose();
  disposeAgents({ agents });
  disposeAgents(late);
});

/** What the types would refuse. */
const wrong = (value: unknown): never => value as never;
const LINKS = "the links of this system were disposed of";
const AGENT = 'the model of the critic ("critic") was disposed of';
const ONE = { steps: 1, batchSize: 1, rounds: 1 };
const folder = "nowhere";
const told = (recurring: string): lab.Agent => agents.planner.withPrompts({ recurring });

it.each<[title: string, given: string, call: () => unknown]>([
  ["evaluate, links gone", LINKS, () => lab.evaluate(disposed, task)],
  ["evaluate, an agent gone", AGENT, () => lab.evaluate(late, task)],
  ["evaluateTogether, links gone", LINKS, () => lab.evaluateTogether([system, disposed], task)],
  ["trace, links gone", LINKS, () => lab.trace(disposed, task.test[0]!)],
  ["warmStart, links gone", LINKS, () => lab.warmStart(disposed, task.train, ONE)],
  ["trainOuter, an agent gone", AGENT, () => lab.trainOuter(late, task.train, ONE)],
  ["sweepDepth, links gone", LINKS, () => lab.sweepDepth(disposed, task, { trainRounds: [1] })],
  ["saveLinks, links gone", LINKS, () => lab.saveLinks(disposed, folder)],
  ["loadLinks, links gone", LINKS, () => lab.loadLinks(disposed, folder)],
  ["fingerprint, an agent gone", AGENT, () => lab.fingerprint(late)],
  ["a system not waited for", "is a promise", () => lab.evaluate(wrong(Promise.resolve(system)), task)],
  ["agents for a system", "the system is {", () => lab.evaluate(wrong(agents), task)],
  ["an agent for a system", "the system is Agent {", () => lab.evaluate(wrong(agents.critic), task)],
  ["nothing for a system", "the system is undefined", () => lab.trace(wrong(undefined), task.test[0]!)],
  ["a word for an agent", 'the planner is "x"', () => lab.sequential({ ...agents, planner: wrong("x") })],
  [
    "an agent not waited for",
    "the planner is a promise",
    () => lab.sequential({ ...agents, planner: wrong(Promise.resolve(agents.planner)) }),
  ],
  ["agents not waited for", "style are a promise", () => lab.sequential(wrong(Promise.resolve(agents)))],
  ["no agents", "are undefined", () => lab.sequential(wrong(undefined))],
  [
    "an agent that starts without an opening",
    'the expert ("planner") starts',
    () => lab.distillation({ expert: told("go <<feedback>>"), learner: told("go <<guidance>>") }),
  ],
  ["a text for prompts", 'are "hi"', () => agents.critic.withPrompts(wrong("hi"))],
  ["prompts for no turn", "lack recurring", () => agents.critic.withPrompts(wrong({ opening: "hi" }))],
  ["a prompt misspelt", '"recuring"', () => agents.critic.withPrompts(wrong({ recuring: "hi" }))],
  ["a prompt that is a number", "recurring = 3", () => agents.critic.withPrompts(wrong({ recurring: 3 }))],
  [
    "a system turn that is a list",
    "system = []",
    () => agents.critic.withPrompts({ recurring: "hi", system: wrong([]) }),
  ],
  ["loadAgent with a text", 'are "text"', () => lab.loadAgent(folder, { prompts: wrong("text") })],
  ["warmStart on a task", "find-the-root", () => lab.warmStart(system, wrong(task))],
  ["warmStart on nothing", "no training examples", () => lab.warmStart(system, [])],
  ["trace of a task", "find-the-root", () => lab.trace(system, wrong(task))],
  ["trace of no example", "undefined", () => lab.trace(system, wrong(task.test[7]))],
  ["a result without a key", 'is "depth"', () => lab.stored(wrong("depth"), () => 1)],
  ["a table of no rows", "the rows are {}", () => lab.table(wrong({}))],
  ["a heat map of no grid", "the grid is {}", () => lab.heatmap(wrong({}))],
  ["md as a function", 'md was called with "x"', () => lab.md(wrong("x"))],
  ["html as a function", 'html was called with "x"', () => lab.html(wrong("x"))],
  ["svg as a function", "svg was called with undefined", () => lab.svg(wrong(undefined))],
  ["tex as a function", "tex was called with [ 'x' ]", () => lab.tex(wrong(["x"]))],
  ["a token beyond the words", "999 is no token", () => lab.embed(agents.critic.model, [[1, 999]])],
  ["a token that is none", "-1 is no token", () => lab.embed(agents.critic.model, [[-1]])],
  ["findTheRoot of a number", "was given 10", () => lab.findTheRoot(wrong(10))],
  ["findTheRoot of null", "was given null", () => lab.findTheRoot(wrong(null))],
  ["a slider beyond its end", "value is 99", () => lab.slider({ min: 1, max: 5 }).set("value", 99)],
  ["a slider without a step", "step is 0", () => lab.slider({ step: 0 })],
  ["a slider without room", "from 5 to 5", () => lab.slider({ min: 5, max: 5 })],
  ["a slider to nowhere", "max is NaN", () => lab.slider({ max: Number.NaN })],
  ["a slider called 3", "label is 3", () => lab.slider({ label: wrong(3) })],
  ["a slider of a number", "was given 5", () => lab.slider(wrong(5))],
  ["a choice of nothing", "was given undefined", () => lab.choice(wrong(undefined))],
  ["a choice without options", "options is []", () => lab.choice({ options: [] })],
  [
    "a choice of something else",
    'value is "c"',
    () => lab.choice({ options: ["a", "b"], value: wrong("c") }),
  ],
  ["a widget without code", "{ state: {} }", () => lab.widget(wrong({ state: {} }))],
  ["a widget with a name of Jupyter's", '"_esm"', () => lab.widget({ esm: "", state: { _esm: 1 } })],
  ["a state without the key", '"valeu"', () => lab.slider().set(wrong("valeu"), wrong(1))],
  ["a key to listen to", '"valeu"', () => lab.slider().on(wrong("valeu"), () => 1)],
])("%s: the error says what was given and what to try", async (_, given, call) => {
  expectAdvice(await messageOf(call), given);
});

it("a choice that is left out is answered with the first there is", async () => {
  const message = await messageOf(() => lab.releasedPrompts("sequential-light", wrong(undefined)));
  expectAdvice(message, "kind is undefined");
  expect(message).toMatch(/ Try kind: "math"\.$/);
});

it("a promise of a system is answered with await", async () => {
  expect(await messageOf(() => lab.evaluate(wrong(Promise.resolve(system)), task))).toMatch(/ Try await /);
});

it("the suggested prompts, opening and example are taken", async () => {
  expect(agents.critic.withPrompts({ recurring: "hi" }).prompts).toEqual({ recurring: "hi" });
  const expert = told("go <<feedback>>");
  const message = await messageOf(() => lab.distillation({ expert, learner: told("go <<guidance>>") }));
  expect(message).toContain('Try agent.withPrompts({ ...agent.prompts, opening: "…" })');
  const opened = expert.withPrompts({ ...expert.prompts, opening: "go" });
  (await lab.distillation({ expert: opened, learner: told("go <<guidance>>") })).dispose();
});
