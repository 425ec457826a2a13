import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Agent } from "../../kernel-lib/agent/agent";
import { ready } from "../../kernel-lib/engine/backend";
import { AbortedError, type Progress } from "../../kernel-lib/engine/control";
import { evaluate } from "../../kernel-lib/experiment/evaluate";
import { type SweepGrid, scoreDepths, sweepDepth } from "../../kernel-lib/experiment/sweep";
import { sequential } from "../../kernel-lib/system/styles/sequential";
import type { Task } from "../../kernel-lib/task/task";
import { trainOuter } from "../../kernel-lib/training/outer";
import { tensorsLeftBy } from "../support/tensors";
import { disposeAgents, EXAMPLES, linkNumbers, type Role, tinyAgents } from "../support/tinySystem";
import { naiveLatent } from "../system/naive";

// some of what these random agents say, so that scores differ between depths
const SOME = /is|e e/;
const TASK: Task = {
  name: "tiny",
  train: EXAMPLES,
  test: EXAMPLES,
  maxNewTokens: 3,
  grade: (text) => SOME.test(text),
};
const TINY = { steps: 2, batchSize: 2, warmup: 1, learningRate: 3e-2 } as const;

let agents: Record<Role, Agent>;

beforeAll(async () => {
  await ready();
  agents = tinyAgents();
});
afterAll(() => disposeAgents({ agents }));

test("scores at several depths in one run are those of an evaluation at each", async () => {
  const system = await sequential(agents, { latentSteps: 2 });
  const scores = await scoreDepths(system, TASK, { testRounds: [1, 3, 2], batchSize: 2 });
  expect(scores.map(({ testRounds }) => testRounds)).toEqual([1, 3, 2]);
  for (const { testRounds, correct, total } of scores) {
    const alone = await evaluate(system, TASK, { rounds: testRounds });
    expect([correct, total], `at ${testRounds} rounds`).toEqual([alone.correct, alone.total]);
  }
  system.dispose();
});

test("a score counts the answers that the grader takes, question by question", async () => {
  const system = await sequential(agents, { latentSteps: 2 });
  const gold = new Map<string, string>();
  for (const { id, question } of EXAMPLES) {
    gold.set(id, (await naiveLatent(system, question, 2, 3)).answers[2]!.text);
  }
  const own: Task = { ...TASK, grade: (text, { id }) => text === gold.get(id) && id !== "two" };
  expect(await scoreDepths(system, own, { testRounds: [2] })).toEqual([
    { testRounds: 2, correct: 2, total: 3 },
  ]);
  expect(await scoreDepths(system, own, { testRounds: [2], limit: 2 })).toEqual([
    { testRounds: 2, correct: 1, total: 2 },
  ]);
  system.dispose();
});

test("testing tells how far it is, and the score at the greatest depth", async () => {
  const system = await sequential(agents, { latentSteps: 2 });
  const told: Progress[] = [];
  const onProgress = (progress: Progress): void => void told.push(progress);
  const scores = await scoreDepths(system, TASK, { testRounds: [2, 1], batchSize: 2, onProgress });
  expect(told.map(({ label, step, total }) => [label, step, total])).toEqual([
    ["testing at up to 2 rounds", 2, 3],
    ["testing at up to 2 rounds", 3, 3],
  ]);
  expect(told.at(-1)!.metrics).toEqual({ accuracy: scores[0]!.correct / 3 });
  system.dispose();
});

test("a sweep over no depths at all is refused", async () => {
  const system = await sequential(agents);
  await expect(sweepDepth(system, TASK, { trainRounds: [] })).rejects.toThrow(
    "the number of trainRounds is 0",
  );
  await expect(sweepDepth(system, TASK, { testRounds: [] })).rejects.toThrow("the number of testRounds is 0");
  system.dispose();
});

test("a sweep trains a copy at each depth and tests it at every depth", async () => {
  const system = await sequential(agents, { latentSteps: 2 });
  const before = await linkNumbers(system);
  const options = { ...TINY, trainRounds: [2, 1], testRounds: [1, 2, 3], limit: 2 };
  let grid: SweepGrid | undefined;
  const left = await tensorsLeftBy(async () => {
    grid = await sweepDepth(system, TASK, options);
  });
  expect(left).toBe(0);
  expect(await linkNumbers(system)).toEqual(before);
  expect(grid!.trainRounds).toEqual([2, 1]);
  expect(grid!.testRounds).toEqual([1, 2, 3]);
  expect(grid!.cells.map(({ trainRounds, testRounds, total }) => [trainRounds, testRounds, total])).toEqual([
    [2, 1, 2],
    [2, 2, 2],
    [2, 3, 2],
    [1, 1, 2],
    [1, 2, 2],
    [1, 3, 2],
  ]);
  expect(new Set(grid!.cells.map(({ correct }) => correct)).size).toBeGreaterThan(1);
  for (const rounds of [1, 2]) {
    const copy = system.clone();
    const run = await trainOuter(copy, TASK.train, { ...TINY, rounds });
    expect(grid!.losses[rounds]).toEqual(run.losses);
    for (const { testRounds, correct } of grid!.cells.filter(({ trainRounds }) => trainRounds === rounds)) {
      const alone = await evaluate(copy, TASK, { rounds: testRounds, limit: 2 });
      expect(correct, `trained at ${rounds}, tested at ${testRounds}`).toBe(alone.correct);
    }
    copy.dispose();
  }
  system.dispose();
});

test("a sweep that is stopped gives its finished cells, and goes on from its checkpoints to the same grid", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sweep-"));
  const system = await sequential(agents, { latentSteps: 2 });
  const options = { ...TINY, trainRounds: [1, 2], testRounds: [1, 2] };
  const whole = await sweepDepth(system, TASK, options);

  const stop = new AbortController();
  const left = await tensorsLeftBy(async () => {
    const run = sweepDepth(system, TASK, {
      ...options,
      checkpoint: folder,
      signal: stop.signal,
      onProgress: ({ label, step }) => {
        if (label === "training at 2 rounds" && step === 1) stop.abort();
      },
    });
    const error = (await run.catch((reason: unknown) => reason)) as AbortedError<SweepGrid>;
    expect(error).toBeInstanceOf(AbortedError);
    expect(error.message).toBe(
      "the sweep stopped at training depth 2; 2 of 4 cells are finished, and the same call goes on from there",
    );
    expect(error.partial!.cells).toEqual(whole.cells.slice(0, 2));
  });
  expect(left).toBe(0);
  expect((await readdir(folder)).sort()).toEqual(["trained-at-1", "trained-at-2"]);
  expect(await sweepDepth(system, TASK, { ...options, checkpoint: folder })).toEqual(whole);
  system.dispose();
  await rm(folder, { recursive: true });
});

test.each([
  [{ trainRounds: [1, 0] }, "rounds is 0"],
  [{ testRounds: [1.5] }, "rounds is 1.5"],
  [{ limit: 0 }, "limit is 0"],
  [{ evaluationBatch: 0 }, "evaluationBatch is 0"],
  [{ steps: 0 }, "steps is 0"],
])("%o is refused", async (options, message) => {
  const system = await sequential(agents);
  const left = await tensorsLeftBy(() =>
    expect(sweepDepth(system, TASK, { ...TINY, ...options })).rejects.toThrow(message),
  );
  expect(left).toBe(0);
  system.dispose();
});
