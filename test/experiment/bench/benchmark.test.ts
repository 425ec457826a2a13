import { describe, expect, it } from "vitest";
import { AbortedError } from "../../../kernel-lib/engine/control";
import { type Contender, median, sideBySide } from "../../../kernel-lib/experiment/bench/benchmark";

/** A contender that notes each of its runs. */
const noting = (label: string, notes: string[]): Contender => ({
  label,
  run: async () => void notes.push(label),
});

describe("timing side by side", () => {
  it("warms both up, then lets them take turns", async () => {
    const notes: string[] = [];
    const { timings } = await sideBySide([noting("a", notes), noting("b", notes)], { repeat: 3 });
    expect(notes.join("")).toBe("abababab");
    expect(timings.map(({ label, samples }) => [label, samples.length])).toEqual([
      ["a", 3],
      ["b", 3],
    ]);
  });

  it("gives the medians, and how many times longer the second takes", async () => {
    const { timings, ratio } = await sideBySide([noting("a", []), noting("b", [])], { repeat: 4 });
    for (const { ms, samples } of timings) expect(ms).toBe(median(samples));
    expect(ratio).toBe(timings[1].ms / timings[0].ms);
  });

  it("lets each clear up after every run, the first to warm up as well", async () => {
    const notes: string[] = [];
    const tidy: Contender = { ...noting("a", notes), after: async () => void notes.push("-") };
    await sideBySide([tidy, noting("b", notes)], { repeat: 1 });
    expect(notes.join("")).toBe("a-ba-b");
  });

  it("stops on a signal", async () => {
    const notes: string[] = [];
    const work = sideBySide([noting("a", notes), noting("b", notes)], {
      repeat: 9,
      signal: AbortSignal.abort(),
    });
    await expect(work).rejects.toBeInstanceOf(AbortedError);
    expect(notes).toEqual(["a"]);
  });
});

describe("the median", () => {
  it("is the middle, or the mean of the middle two", () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([10, 1, 4, 2])).toBe(3);
    expect(median([7])).toBe(7);
  });
});
