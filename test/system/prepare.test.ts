import { afterAll, beforeAll, expect, test } from "vitest";
import type { Agent } from "../../kernel-lib/agent/agent";
import { ready } from "../../kernel-lib/engine/backend";
import { answerBatch, type Utterance } from "../../kernel-lib/system/answer";
import { prepareBatch, releaseBatch } from "../../kernel-lib/system/prepare";
import type { Style } from "../../kernel-lib/system/style";
import { sequential } from "../../kernel-lib/system/styles/sequential";
import { RecursiveSystem } from "../../kernel-lib/system/system";
import { tensorsLeftBy } from "../support/tensors";
import { disposeAgents, QUESTIONS, type Role, tinyAgents } from "../support/tinySystem";
import { naiveLatent } from "./naive";

let agents: Record<Role, Agent>;

beforeAll(async () => {
  await ready();
  agents = tinyAgents({ maxPositions: 40 });
});
afterAll(() => disposeAgents({ agents }));

const withPlanner = (prompts: Agent["prompts"]): Promise<RecursiveSystem> =>
  sequential({ ...agents, planner: agents.planner.withPrompts(prompts) }, { latentSteps: 2 });

/** Answers of a prepared batch, and those of naive single runs. */
async function bothWays(
  system: RecursiveSystem,
  questions: readonly Readonly<Record<string, string>>[],
): Promise<{ answers: readonly Utterance[]; naive: Utterance[] }> {
  const batch = prepareBatch(system, questions);
  const { byRound } = await answerBatch(system, batch, { answerAt: [2], maxNewTokens: 5 });
  releaseBatch(batch);
  const naive: Utterance[] = [];
  for (const question of questions) naive.push((await naiveLatent(system, question, 2, 5)).answers[2]!);
  return { answers: byRound[2]!, naive };
}

test("the prefix is what opening and recurring prompt share; only the rest is read again", async () => {
  const system = await sequential(agents);
  const batch = prepareBatch(system, QUESTIONS);
  const { prefix, opening, recurring } = batch.agents.planner!;
  // forests of 9, 6 and 15 words, and "plan"
  expect(prefix!.mask.map((row) => row.reduce((sum, real) => sum + real, 0))).toEqual([10, 7, 16]);
  expect(prefix!.mask.map((row) => row.length)).toEqual([16, 16, 16]);
  const words = (text: string): number[] => agents.planner.tokenizer.encode(text);
  expect(opening).toEqual([{ rows: [words("go c"), words("go d"), words("go k")] }]);
  expect(recurring).toEqual([{ slot: "feedback" }]);
  releaseBatch(batch);
  system.dispose();
});

test("an agent that never starts has no opening, and its prefix is all before its slot", async () => {
  const system = await sequential(agents);
  const batch = prepareBatch(system, QUESTIONS);
  const { prefix, opening, recurring } = batch.agents.critic!;
  // as the planner's, and the token that begins a text in this family
  expect(prefix!.mask.map((row) => row.reduce((sum, real) => sum + real, 0))).toEqual([11, 8, 17]);
  expect(opening).toBeNull();
  expect(recurring).toEqual([{ slot: "plan" }]);
  expect(batch.size).toBe(3);
  releaseBatch(batch);
  system.dispose();
});

test("prompts that begin differently share no prefix", async () => {
  const system = await withPlanner({
    opening: "go {{ start }} {{ forest }}",
    recurring: "plan <<feedback>> {{ forest }}",
  });
  const batch = prepareBatch(system, QUESTIONS.slice(1, 2));
  const { prefix, opening, recurring } = batch.agents.planner!;
  const words = (text: string): number[] => agents.planner.tokenizer.encode(text);
  expect(prefix).toBeUndefined();
  expect(opening).toEqual([{ rows: [words("go d d e ; e e ;")] }]);
  expect(recurring).toEqual([
    { rows: [words("plan")] },
    { slot: "feedback" },
    { rows: [words("d e ; e e ;")] },
  ]);
  releaseBatch(batch);
  system.dispose();
});

test("an opening that the recurring prompt begins with still has a word left to read", async () => {
  const system = await withPlanner({
    opening: "{{ forest }} go {{ start }}",
    recurring: "{{ forest }} go {{ start }} plan <<feedback>>",
  });
  const { answers, naive } = await bothWays(system, QUESTIONS);
  expect(answers).toEqual(naive);
  system.dispose();
});

test("an agent whom nobody tells anything reads its prompt and answers", async () => {
  const alone: Style = { name: "alone", order: ["planner"], edges: [], speaker: "planner" };
  const planner = agents.planner.withPrompts({ recurring: "{{ forest }} go {{ start }}" });
  const system = await RecursiveSystem.create(alone, { planner });
  const batch = prepareBatch(system, QUESTIONS);
  const { byRound } = await answerBatch(system, batch, { answerAt: [1, 2], maxNewTokens: 4 });
  expect(byRound[1]!.map(({ tokens }) => tokens)).toEqual([4, 4, 4]);
  expect(byRound[2]).toEqual(byRound[1]);
  releaseBatch(batch);
  system.dispose();
});

test("a field that is empty for some questions only shifts no piece of theirs", async () => {
  const solver = agents.solver.withPrompts({ recurring: "{{ forest }}<<refined>>{{ start }} solve" });
  const system = await sequential({ ...agents, solver });
  const questions = [{ forest: "", start: "" }, QUESTIONS[0]!, { forest: "a a ;", start: "" }];
  const { answers, naive } = await bothWays(system, questions);
  expect(answers).toEqual(naive);
  system.dispose();
});

test("a batch in which only some prompts end after the slot is refused, since their last states part", async () => {
  const solver = agents.solver.withPrompts({ recurring: "{{ forest }} solve <<refined>> {{ start }}" });
  const system = await sequential({ ...agents, solver });
  const questions = [QUESTIONS[0]!, { forest: "a a ;", start: "" }];
  const left = await tensorsLeftBy(() =>
    expect(() => prepareBatch(system, questions)).toThrow(
      /the prompt of "solver" ends with words for some questions and with a slot for others/,
    ),
  );
  expect(left).toBe(0);
  system.dispose();
});

test("a prompt longer than its model reads is refused, with both lengths, and nothing is left behind", async () => {
  const system = await sequential(agents);
  const forest = Array.from({ length: 13 }, () => "a a ;").join(" ");
  const left = await tensorsLeftBy(() =>
    expect(() => prepareBatch(system, [QUESTIONS[0]!, { forest, start: "a" }])).toThrow(
      /the prompt of "planner" is 42 tokens long, and its model reads at most 40/,
    ),
  );
  expect(left).toBe(0);
  system.dispose();
});

test("a prompt that only the last agent finds too long leaves nothing of the others behind", async () => {
  const recurring = `${"is ".repeat(30)}{{ forest }} <<refined>>`;
  const system = await sequential({ ...agents, solver: agents.solver.withPrompts({ recurring }) });
  const left = await tensorsLeftBy(() =>
    expect(() => prepareBatch(system, QUESTIONS)).toThrow(/the prompt of "solver" is 45 tokens long/),
  );
  expect(left).toBe(0);
  system.dispose();
});

test("an opening that is too long is refused, though the recurring prompt is not", async () => {
  const system = await withPlanner({
    opening: `{{ forest }} ${"is ".repeat(40)}`,
    recurring: "{{ forest }} <<feedback>>",
  });
  expect(() => prepareBatch(system, QUESTIONS)).toThrow(/the prompt of "planner" is 55 tokens long/);
  system.dispose();
});

test("a prompt without a single word is refused", async () => {
  const system = await withPlanner({ opening: "{{ start }}", recurring: "{{ forest }} <<feedback>>" });
  expect(() => prepareBatch(system, [{ forest: "a a ;", start: "" }])).toThrow(
    'the prompt of "planner" is empty, and an agent reads at least a word. Try agent.withPrompts(',
  );
  system.dispose();
});

test("a question without a field that a prompt names is refused", async () => {
  const system = await sequential(agents);
  expect(() => prepareBatch(system, [{ forest: "a a ;" }])).toThrow(
    'the prompt of agent "planner" asks for {{ start }}, which the question does not have; it has forest',
  );
  system.dispose();
});

test("preparing and releasing leaves no tensor behind", async () => {
  const system = await sequential(agents);
  expect(await tensorsLeftBy(() => releaseBatch(prepareBatch(system, QUESTIONS)))).toBe(0);
  system.dispose();
});
