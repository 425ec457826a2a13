import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Agent } from "../../kernel-lib/agent/agent";
import { ready } from "../../kernel-lib/engine/backend";
import { DISPLAY } from "../../kernel-lib/engine/bridge";
import { AbortedError } from "../../kernel-lib/engine/control";
import { type EvaluateOptions, evaluate, evaluateTogether } from "../../kernel-lib/experiment/evaluate";
import { Evaluation } from "../../kernel-lib/experiment/evaluation";
import { sequential } from "../../kernel-lib/system/styles/sequential";
import type { RecursiveSystem } from "../../kernel-lib/system/system";
import { findTheRoot } from "../../kernel-lib/task/findTheRoot";
import type { Task } from "../../kernel-lib/task/task";
import { tensorsLeftBy } from "../support/tensors";
import { disposeAgents, type Role, tinyAgents } from "../support/tinySystem";
import { riggedAgent } from "./rigged";

const WORDS = ["a", "b", "c", "d", "e", "f", "g"];

/** Three questions that are one word, and their answers. */
const riggedTask = (...answers: [string, string, string]): Task => {
  const examples = ["a", "b", "c"].map((start, i) => ({
    id: `begins-with-${start}`,
    question: { start },
    answer: answers[i]!,
    messages: [],
    facts: { depth: i },
  }));
  const grade: Task["grade"] = (text, { answer }) => text.split(" ")[0] === answer;
  return { name: "rigged", train: examples.slice(0, 1), test: examples, maxNewTokens: 4, grade };
};

const hears = (slot: string): { recurring: string } => ({ recurring: `<<${slot}>>` });

/** Agents that hear the last word of a message; the critic answers silence with "a", the solver goes on after "g". */
function riggedAgents(solverHears = "<<refined>>"): Record<Role, Agent> {
  return {
    planner: riggedAgent(
      "planner",
      WORDS,
      { a: "b", c: "d" },
      {
        opening: "{{ start }}",
        recurring: "{{ start }} <<feedback>>",
      },
    ),
    critic: riggedAgent("critic", [...WORDS].reverse(), { b: "c", d: "e", "<eos>": "a" }, hears("plan")),
    solver: riggedAgent(
      "solver",
      [...WORDS, "x"],
      { c: "d", e: "f", a: "g", g: "g" },
      { recurring: solverHears },
    ),
  };
}

let agents: Record<Role, Agent>;
let rigged: Record<Role, Agent>;

beforeAll(async () => {
  await ready();
  agents = tinyAgents({ maxPositions: 96 });
  rigged = riggedAgents();
});
afterAll(() => {
  disposeAgents({ agents });
  disposeAgents({ agents: rigged });
});

describe("agents that say what a table tells them", () => {
  test("in text are counted by hand: one round", async () => {
    const system = await sequential(rigged, { medium: "text", maxMessageTokens: 5 });
    const result = await evaluate(system, riggedTask("d", "b", "f"), { rounds: 1 });
    // a: "b" and end, "c" and end, "d" and end. b: end, "a" and end, "g" four times. c: "d", "e", "f", each with end.
    expect(result.answers).toEqual([
      { id: "begins-with-a", text: "d", correct: true, roundsUsed: 1, calls: 0, facts: { depth: 0 } },
      { id: "begins-with-b", text: "g g g g", correct: false, roundsUsed: 1, calls: 0, facts: { depth: 1 } },
      { id: "begins-with-c", text: "f", correct: true, roundsUsed: 1, calls: 0, facts: { depth: 2 } },
    ]);
    expect([result.correct, result.total, result.accuracy]).toEqual([2, 3, 2 / 3]);
    expect(result.tokensPerQuestion).toBeCloseTo((6 + 7 + 6) / 3, 12);
    expect(result.latentStepsPerQuestion).toBe(0);
    expect([result.medium, result.rounds]).toEqual(["text", 1]);
    system.dispose();
  });

  test("in text are counted by hand: two rounds", async () => {
    const system = await sequential(rigged, { medium: "text", maxMessageTokens: 5 });
    const result = await evaluate(system, riggedTask("g", "g", "f"), { rounds: 2 });
    // the planner knows no answer to d, g and f and is silent, so the critic says "a" and the solver "g g g g"
    expect(result.answers.map(({ text }) => text)).toEqual(["g g g g", "g g g g", "g g g g"]);
    expect(result.correct).toBe(2);
    // round one 6, 1 + 2 + 5 and 6; round two 1 + 2 + 4 each
    expect(result.tokensPerQuestion).toBeCloseTo((6 + 8 + 6 + 3 * 7) / 3, 12);
    system.dispose();
  });

  test("in latents generate their answer only, and think in every turn but the last", async () => {
    const heedless = riggedAgents("<<refined>> {{ start }}");
    const system = await sequential(heedless, { latentSteps: 3 });
    const result = await evaluate(system, riggedTask("g", "g", "d"), { rounds: 2 });
    // whatever was thought, the solver last reads a, b or c
    expect(result.answers.map(({ text, correct }) => [text, correct])).toEqual([
      ["g g g g", true],
      ["", false],
      ["d", true],
    ]);
    expect(result.tokensPerQuestion).toBeCloseTo((4 + 1 + 2) / 3, 12);
    expect(result.latentStepsPerQuestion).toBe(5 * 3);
    system.dispose();
    disposeAgents({ agents: heedless });
  });

  test("that may end early do so once they answer alike, batch by batch", async () => {
    const system = await sequential(rigged, { medium: "text", maxMessageTokens: 5 });
    const options = { rounds: 6, batchSize: 2, earlyExit: { answer: true } };
    const result = await evaluate(system, riggedTask("g", "g", "g"), options);
    // a: d, then "g g g g" as below, for good; b: that from the start; c: f, then that
    expect(result.answers.map(({ roundsUsed }) => roundsUsed)).toEqual([3, 2, 3]);
    expect(result.roundsUsed).toBeCloseTo(8 / 3, 12);
    expect(result.accuracy).toBe(1);
    // messages and answer, round by round
    const [a, b, c] = [2 + 2 + 2 + 2 + 8 + 4 + 3 + 4, 1 + 2 + 4 + 5 + 3 + 4, 2 + 2 + 2 + 2 + 8 + 4 + 3 + 4];
    expect(result.tokensPerQuestion).toBeCloseTo((a + b + c) / 3, 12);
    expect(String(result)).toMatch(/^text, stopped after 2\.7 of 6 rounds: 100\.0 % right of 3 /);
    await expect(evaluate(system, riggedTask("g", "g", "g"), { earlyExit: {} })).rejects.toThrow(
      /nothing to stop for/,
    );
    system.dispose();
  });

  test("are asked from the split and up to the limit that are given", async () => {
    const system = await sequential(rigged, { medium: "text" });
    const task = riggedTask("d", "b", "f");
    const idsOf = async (options: EvaluateOptions) =>
      (await evaluate(system, task, { rounds: 1, ...options })).answers.map(({ id }) => id);
    expect(await idsOf({ split: "train" })).toEqual(["begins-with-a"]);
    expect(await idsOf({ limit: 2 })).toEqual(["begins-with-a", "begins-with-b"]);
    expect(await idsOf({ limit: 99 })).toHaveLength(3);
    system.dispose();
  });

  test("report how far they are after each batch, with the accuracy so far", async () => {
    const system = await sequential(rigged, { medium: "text" });
    const told: unknown[] = [];
    await evaluate(system, riggedTask("d", "b", "f"), {
      rounds: 1,
      batchSize: 2,
      onProgress: (progress) => told.push(progress),
    });
    expect(told).toEqual([
      { label: "answering at 1 round", step: 2, total: 3, metrics: { accuracy: 1 / 2 } },
      { label: "answering at 1 round", step: 3, total: 3, metrics: { accuracy: 2 / 3 } },
    ]);
    system.dispose();
  });

  test("that are stopped give the questions answered so far", async () => {
    const system = await sequential(rigged, { medium: "text", maxMessageTokens: 5 });
    const stop = new AbortController();
    const left = await tensorsLeftBy(async () => {
      const run = evaluate(system, riggedTask("d", "b", "f"), {
        rounds: 1,
        batchSize: 2,
        signal: stop.signal,
        onProgress: () => stop.abort(),
      });
      const error = (await run.catch((reason: unknown) => reason)) as AbortedError<Evaluation>;
      expect(error).toBeInstanceOf(AbortedError);
      expect(error.message).toBe("evaluation stopped after 2 of 3 questions, whose answers are kept");
      expect(error.partial).toBeInstanceOf(Evaluation);
      expect(error.partial!.answers.map(({ text }) => text)).toEqual(["d", "g g g g"]);
      expect(error.partial!.tokensPerQuestion).toBeCloseTo((6 + 7) / 2, 12);
    });
    expect(left).toBe(0);
    system.dispose();
  });
});

describe("random agents", () => {
  const task = findTheRoot({ trainSize: 1, testSize: 7 });
  const textsOf = async (system: RecursiveSystem, options: EvaluateOptions) => {
    const { answers, tokensPerQuestion } = await evaluate(system, task, { rounds: 2, ...options });
    return { texts: answers.map(({ id, text }) => [id, text]), tokensPerQuestion };
  };

  test.each(["latent", "text"] as const)(
    "answer the same in batches of one, three and seven: %s",
    async (medium) => {
      const system = await sequential(agents, { medium, latentSteps: 2, maxMessageTokens: 4 });
      const alone = await textsOf(system, { batchSize: 1 });
      expect(await textsOf(system, { batchSize: 3 })).toEqual(alone);
      expect(await textsOf(system, { batchSize: 7 })).toEqual(alone);
      system.dispose();
    },
  );

  test.each(["latent", "text"] as const)(
    "sample the same for the same seed, whatever the batches, and otherwise for another: %s",
    async (medium) => {
      const system = await sequential(agents, { medium, maxMessageTokens: 4 });
      const sampled = { decoding: { temperature: 1, topP: 0.95 }, seed: 5 };
      const once = await textsOf(system, { ...sampled, batchSize: 7 });
      expect(await textsOf(system, { ...sampled, batchSize: 7 })).toEqual(once);
      expect(await textsOf(system, { ...sampled, batchSize: 2 })).toEqual(once);
      expect((await textsOf(system, { ...sampled, seed: 6 })).texts).not.toEqual(once.texts);
      expect((await textsOf(system, {})).texts).not.toEqual(once.texts);
      system.dispose();
    },
  );

  test("by both media together answer as they do apart", async () => {
    const system = await sequential(agents, { latentSteps: 2, maxMessageTokens: 4 });
    const twin = system.withMedium("text");
    const [latent, text] = await evaluateTogether([system, twin], task, { rounds: 2, batchSize: 3 });
    expect(latent!.answers).toEqual((await evaluate(system, task, { rounds: 2 })).answers);
    expect(text!.answers).toEqual((await evaluate(twin, task, { rounds: 2 })).answers);
    expect([latent!.medium, text!.medium]).toEqual(["latent", "text"]);
    system.dispose();
  });

  test("that are stopped together give a list of what each has answered", async () => {
    const system = await sequential(agents, { maxMessageTokens: 4 });
    const stop = new AbortController();
    const run = evaluateTogether([system, system.withMedium("text")], task, {
      rounds: 1,
      batchSize: 4,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    const error = (await run.catch((reason: unknown) => reason)) as AbortedError<Evaluation[]>;
    expect(error.partial!.map(({ total }) => total)).toEqual([4, 4]);
    system.dispose();
  });

  test("leave no tensor behind", async () => {
    const system = await sequential(agents, { latentSteps: 2 });
    expect(await tensorsLeftBy(() => evaluate(system, task, { rounds: 2, batchSize: 4 }))).toBe(0);
    system.dispose();
  });

  test.each(["rounds", "limit", "batchSize"])("are not asked with %s 0", async (name) => {
    const system = await sequential(agents);
    await expect(evaluate(system, task, { [name]: 0 })).rejects.toThrow(
      new RangeError(
        `${name} is 0; it must be a whole number of at least 1. Try ${name}: 1, or leave it out for its default.`,
      ),
    );
    system.dispose();
  });
});

test("an evaluation shows itself as one line with its interval and its costs", () => {
  const answers = Array.from({ length: 10 }, (_, i) => ({
    id: String(i),
    text: "",
    correct: i < 8,
    roundsUsed: 2,
    calls: 0,
    facts: {},
  }));
  const evaluation = new Evaluation("latent", 2, answers, 0.5, 2.25, 15);
  const line =
    "latent, 2 rounds: 80.0 % right of 10 (95 % interval 49.0–94.3), per question 2.3 tokens, 15 latent steps, 50.0 ms";
  expect([String(evaluation), inspect(evaluation)]).toEqual([line, line]);
  expect(evaluation[DISPLAY]()).toEqual({ "text/plain": line });
  expect(evaluation.toRow()).toEqual({
    rounds: 2,
    questions: 10,
    accuracy: 0.8,
    low: expect.closeTo(0.49, 3),
    high: expect.closeTo(0.9433, 3),
    tokens: 2.25,
    latentSteps: 15,
    roundsUsed: 2,
    toolCalls: 0,
    seconds: 0.05,
  });
});

test("an evaluation in which questions ended early or tools were used says so", () => {
  const answers = [1, 2, 4].map((roundsUsed) => ({
    id: String(roundsUsed),
    text: "",
    correct: true,
    roundsUsed,
    calls: roundsUsed - 1,
    facts: {},
  }));
  const evaluation = new Evaluation("mixed", 4, answers, 0.3, 2, 20 / 3);
  expect(String(evaluation)).toBe(
    "mixed, stopped after 2.3 of 4 rounds: 100.0 % right of 3 (95 % interval 43.8–100.0), per question " +
      "2.0 tokens, 6.7 latent steps, 1.3 tool calls, 100.0 ms",
  );
  expect(evaluation.toRow()).toMatchObject({ rounds: 4, roundsUsed: 7 / 3, toolCalls: 4 / 3 });
});

test("an evaluation that was stopped before its first answer says so", () => {
  expect(String(new Evaluation("latent", 3, [], 0, 0, 0))).toBe("latent: no question answered");
});
