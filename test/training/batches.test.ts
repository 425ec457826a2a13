import { describe, expect, it } from "vitest";
import { batchAt, checkExamples } from "../../kernel-lib/training/batches";

const ITEMS = "abcdefghij".split("");
const stepsOf = (seed: number, size: number, count: number): string[][] =>
  Array.from({ length: count }, (_, step) => batchAt(ITEMS, { seed, step, size }));

describe("batches", () => {
  it("hold every example once per epoch, even where a batch lies across two", () => {
    const drawn = stepsOf(1, 4, 5).flat();
    expect(drawn.slice(0, 10).sort()).toEqual(ITEMS);
    expect(drawn.slice(10).sort()).toEqual(ITEMS);
  });

  it("come in a new order each epoch, and for each seed", () => {
    const [first, second] = stepsOf(1, 10, 2);
    expect(first).not.toEqual(second);
    expect(first).not.toEqual(ITEMS);
    expect(stepsOf(2, 10, 1)[0]).not.toEqual(first);
  });

  it("of a step are the same whichever steps were asked for before", () => {
    const all = stepsOf(7, 3, 9);
    expect(batchAt(ITEMS, { seed: 7, step: 8, size: 3 })).toEqual(all[8]);
    expect(stepsOf(7, 3, 9)).toEqual(all);
  });

  it("want a list, which a whole task is not", () => {
    expect(() => checkExamples({ train: ITEMS } as unknown as string[])).toThrow(
      "the training examples are { train: [Array] }, which is no list. Try task.train.",
    );
  });

  it("may be larger than the set", () => {
    const drawn = batchAt(["x", "y"], { seed: 1, step: 3, size: 6 });
    expect([...drawn].sort()).toEqual(["x", "x", "x", "y", "y", "y"]);
  });

  it("need at least one example", () => {
    expect(() => checkExamples([])).toThrow("there are no training examples");
  });
});
