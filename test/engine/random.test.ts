import { describe, expect, it } from "vitest";
import { hashSeed, random } from "../../kernel-lib/engine/random";

describe("random numbers", () => {
  // from an implementation of FNV-1a, MurmurHash3's finalizer and sfc32 in Python
  it("are the same everywhere for the same seed", () => {
    expect([hashSeed(0), hashSeed("batch", 7), hashSeed("é", 3)]).toEqual([
      1693486945, 2347978767, 2034210443,
    ]);
    const words = random(42, "batch", 7);
    expect([1, 2, 3, 4].map(() => words.uniform() * 2 ** 32)).toEqual([
      2347251684, 71377823, 585663050, 3294867360,
    ]);
    const normals = random(0);
    const expected = [1.4224491922565081, 0.2837697566528547, -1.293533791239285];
    for (const value of expected) expect(normals.normal()).toBeCloseTo(value, 12);
  });

  it("keep apart the parts of a seed", () => {
    const firsts = [random(1, 23), random(12, 3), random("1", "2", "3"), random(123)].map((r) => r.uniform());
    expect(new Set(firsts).size).toBe(4);
  });

  it("fill [0, 1) evenly", () => {
    const stream = random("evenly");
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) counts[Math.floor(10 * stream.uniform())]!++;
    // χ² with 9 degrees of freedom: 27.9 is passed by one sequence in a thousand, and this one is fixed
    const chiSquare = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(27.9);
    expect(counts).toHaveLength(10);
  });

  it("are normal with mean 0 and variance 1", () => {
    const stream = random("normal");
    const draws = Array.from({ length: 10_000 }, () => stream.normal());
    const mean = draws.reduce((a, b) => a + b, 0) / draws.length;
    const moment = (power: number): number =>
      draws.reduce((sum, x) => sum + (x - mean) ** power, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.05);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.3);
  });

  it("are independent between streams of neighbouring steps", () => {
    const columns = [7, 8].map((step) => {
      const stream = random(42, "batch", step);
      return Array.from({ length: 5000 }, () => stream.uniform() - 0.5);
    });
    const correlation = columns[0]!.reduce((sum, x, i) => sum + x * columns[1]![i]!, 0) / 5000 / (1 / 12);
    expect(Math.abs(correlation)).toBeLessThan(0.05);
    // and so are the first draws of many streams
    const firsts = Array.from({ length: 5000 }, (_, step) => random(42, "batch", step).uniform());
    expect(Math.abs(firsts.reduce((a, b) => a + b, 0) / 5000 - 0.5)).toBeLessThan(0.02);
  });

  it("give whole numbers from 0 up to but not n", () => {
    const stream = random("integers");
    const drawn = new Set(Array.from({ length: 200 }, () => stream.integer(5)));
    expect([...drawn].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it("shuffle into a new order of the same items, and leave the given ones alone", () => {
    const items = "abcdefghijkl".split("");
    const shuffled = random("shuffle").shuffle(items);
    expect(items.join("")).toBe("abcdefghijkl");
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort()).toEqual(items);
  });

  it("shuffle into all orders alike", () => {
    const stream = random("orders");
    const counts: Record<string, number> = {};
    for (let i = 0; i < 6000; i++) {
      const order = stream.shuffle(["a", "b", "c"]).join("");
      counts[order] = (counts[order] ?? 0) + 1;
    }
    expect(Object.keys(counts)).toHaveLength(6);
    // χ² with 5 degrees of freedom, one in a thousand
    expect(Object.values(counts).reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(
      20.5,
    );
  });

  it("pick each of the items", () => {
    const stream = random("pick");
    expect(new Set(Array.from({ length: 100 }, () => stream.pick(["x", "y", "z"]))).size).toBe(3);
  });
});
