import { inspect } from "node:util";
import { expect, test } from "vitest";
import { DISPLAY } from "../../kernel-lib/engine/bridge";
import { TrainingRun } from "../../kernel-lib/training/run";

test("the final loss is the mean of the last tenth", () => {
  const losses = Array.from({ length: 20 }, (_, i) => 20 - i);
  expect(new TrainingRun("x", losses, 1, {}).finalLoss).toBe(1.5);
});

test("of fewer than ten losses the last one is final", () => {
  expect(new TrainingRun("x", [3, 2, 0.5], 1, {}).finalLoss).toBe(0.5);
});

test("a run shows itself as one line", () => {
  const run = new TrainingRun("warm start", [0.9, 0.123_456], 12.34, { seed: 1 });
  const line = "warm start: 2 steps in 12.3 s, loss 0.9000 → 0.1235";
  expect([String(run), inspect(run)]).toEqual([line, line]);
  expect(run[DISPLAY]()).toEqual({ "text/plain": line });
});

test("a run is made from a finished loop and its settings", () => {
  const run = TrainingRun.of("x", { losses: [1], seconds: 2, parameters: {} }, { seed: 3 });
  expect(run).toEqual(new TrainingRun("x", [1], 2, { seed: 3 }));
});
