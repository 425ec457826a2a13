import { expect, test } from "vitest";
import { AbortedError } from "../../kernel-lib/engine/control";
import type { EvaluationRow } from "../../kernel-lib/experiment/evaluation";
import { overSeeds, spreadOf } from "../../kernel-lib/experiment/seeds";

const row = (rounds: number, accuracy: number, tokens = 9): EvaluationRow => ({
  rounds,
  questions: 100,
  accuracy,
  low: 0,
  high: 1,
  tokens,
  latentSteps: 6,
  roundsUsed: rounds,
  toolCalls: 0,
  seconds: 0.01,
});

test("a spread is the mean, the deviation of a sample, the least and the most", () => {
  // deviations −2, 0, 2: (4 + 0 + 4) / 2 = 4
  expect(spreadOf([5, 7, 9])).toEqual({ mean: 7, deviation: 2, least: 5, most: 9 });
  expect(spreadOf([0.5])).toEqual({ mean: 0.5, deviation: 0, least: 0.5, most: 0.5 });
  expect(() => spreadOf([])).toThrow("the number of values is 0");
});

test("runs are put together by name and rounds, in the order of their seeds", async () => {
  const asked: number[] = [];
  const groups = await overSeeds([3, 4], async (seed) => {
    asked.push(seed);
    return {
      latent: [row(1, seed === 3 ? 0.2 : 0.4, seed), row(2, 0.9)],
      text: [row(2, 0.8)],
    };
  });
  expect(asked).toEqual([3, 4]);
  expect(Object.keys(groups)).toEqual(["latent", "text"]);
  const [one, two] = groups.latent!;
  expect(one).toMatchObject({
    rounds: 1,
    runs: 2,
    questions: 100,
    tokens: 3.5,
    latentSteps: 6,
    toolCalls: 0,
  });
  expect(one!.accuracy.mean).toBeCloseTo(0.3, 12);
  expect(one!.accuracy.deviation).toBeCloseTo(Math.sqrt(0.02), 12);
  expect(two).toMatchObject({
    rounds: 2,
    runs: 2,
    accuracy: { mean: 0.9, deviation: 0, least: 0.9, most: 0.9 },
  });
  expect(groups.text).toHaveLength(1);
});

test("a stopped run keeps what the finished seeds came to", async () => {
  const run = overSeeds([0, 1, 2], async (seed) => {
    if (seed === 1) throw new AbortedError("stopped", undefined);
    return { latent: [row(1, 0.5)] };
  });
  await expect(run).rejects.toMatchObject({
    message: expect.stringContaining("stopped at seed 1; 1 of 3 seeds are finished"),
    partial: { latent: [{ runs: 1, accuracy: { mean: 0.5 } }] },
  });
});

test("another error goes on as it is, and seeds there must be", async () => {
  await expect(overSeeds([0], () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  await expect(overSeeds([], async () => ({}))).rejects.toThrow("the number of seeds is 0");
});
