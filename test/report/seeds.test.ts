import { expect, test } from "vitest";
import type { SeedRow } from "../../kernel-lib/experiment/seeds";
import { seedSeries, seedTable } from "../../kernel-lib/report/seeds";

const ROW: SeedRow = {
  rounds: 3,
  questions: 252,
  runs: 3,
  accuracy: { mean: 0.9812, deviation: 0.0061, least: 0.9762, most: 0.9881 },
  tokens: 5,
  latentSteps: 11,
  roundsUsed: 3,
  toolCalls: 0,
  seconds: 0.0123,
};

test("a line has mean and deviation in per cent, least and most, and costs", () => {
  const shown = String(seedTable({ mixture: [ROW] }, { caption: "small stand-ins" }));
  expect(shown).toContain("small stand-ins");
  for (const text of ["mixture", "98.1 ± 0.6 %", "97.6–98.8", "252", "5.0", "11", "12.3"]) {
    expect(shown).toContain(text);
  }
  expect(shown).not.toContain("tool calls");
  expect(shown).not.toContain("rounds used");
});

test("uses of tools and saved rounds have columns where there are any", () => {
  const shown = String(seedTable({ a: [ROW], b: [{ ...ROW, toolCalls: 0.97, roundsUsed: 2.25 }] }));
  for (const text of ["tool calls / question", "0.97", "rounds used", "2.25"]) expect(shown).toContain(text);
});

test("a series has means with a band from the least to the most", () => {
  expect(seedSeries({ mixture: [ROW] })).toEqual([
    { label: "mixture", points: [{ rounds: 3, value: 0.9812, low: 0.9762, high: 0.9881 }] },
  ]);
});
