import { expect, test } from "vitest";
import { wilson } from "../../kernel-lib/experiment/interval";

// reference: scipy.stats.binomtest(correct, total).proportion_ci(method="wilson"), whose z is 1.959964
test.each([
  [8, 10, 0.4902, 0.9433],
  [0, 10, 0, 0.2775],
  [10, 10, 0.7225, 1],
  [50, 100, 0.4038, 0.5962],
  [1, 400, 0.0004, 0.014],
])("the interval of %i right of %i is %f to %f", (correct, total, low, high) => {
  const interval = wilson(correct, total);
  expect(interval.low).toBeCloseTo(low, 3);
  expect(interval.high).toBeCloseTo(high, 3);
});

test("a larger z widens the interval", () => {
  expect(wilson(8, 10, 2.576).low).toBeLessThan(wilson(8, 10).low);
});

test.each([
  [11, 10],
  [-1, 10],
  [0, 0],
  [Number.NaN, 10],
])("%d of %d is refused", (correct, total) => {
  expect(() => wilson(correct, total)).toThrow(/no proportion/);
});
