import { describe, expect, it } from "vitest";
import { sampleToken } from "../../kernel-lib/agent/sample";
import { type Random, random } from "../../kernel-lib/engine/random";

const scoresOf = (probabilities: readonly number[]): number[] => probabilities.map(Math.log);

/** A source whose only number is `value`. */
const fixed = (value: number): Random => ({ ...random(0), uniform: () => value });

/** The shares of the tokens among many draws. */
function shares(scores: number[], options: { temperature?: number; topP?: number }): number[] {
  const stream = random("sample");
  const counts = scores.map(() => 0);
  for (let i = 0; i < 4000; i++)
    counts[sampleToken(scores, { temperature: 1, topP: 1, ...options, random: stream })]!++;
  return counts.map((count) => count / 4000);
}

function expectShares(found: number[], expected: number[]): void {
  // four standard deviations of a share of 4000 draws are at most 0.032; the draws are fixed
  for (const [i, share] of expected.entries())
    expect(Math.abs(found[i]! - share), `token ${i}`).toBeLessThan(0.032);
}

describe("sampling a token", () => {
  it("draws from the softmax of the scores", () => {
    expectShares(shares(scoresOf([0.1, 0.6, 0.3]), {}), [0.1, 0.6, 0.3]);
  });

  it("sharpens at a low temperature and flattens at a high one", () => {
    // probabilities to the power 1/T, made to sum to 1
    expectShares(shares(scoresOf([0.1, 0.6, 0.3]), { temperature: 0.5 }), [
      0.01 / 0.46,
      0.36 / 0.46,
      0.09 / 0.46,
    ]);
    const roots = [0.1, 0.6, 0.3].map(Math.sqrt);
    const total = roots[0]! + roots[1]! + roots[2]!;
    expectShares(
      shares(scoresOf([0.1, 0.6, 0.3]), { temperature: 2 }),
      roots.map((root) => root / total),
    );
  });

  it("draws only from the smallest set that holds topP", () => {
    const scores = scoresOf([0.1, 0.5, 0.05, 0.35]);
    expectShares(shares(scores, { topP: 0.8 }), [0, 0.5 / 0.85, 0, 0.35 / 0.85]);
    const found = shares(scores, { topP: 0.8 });
    expect([found[0], found[2]]).toEqual([0, 0]);
    expect(shares(scores, { topP: 0.4 })).toEqual([0, 1, 0, 0]);
  });

  it("always keeps the likeliest token, however small topP", () => {
    expect(sampleToken([1, 3, 2], { temperature: 1, topP: 1e-9, random: fixed(0.999999) })).toBe(1);
  });

  it("takes the first of equals, at either end of the draw", () => {
    expect(sampleToken([2, 2, 2], { temperature: 1, topP: 0.5, random: fixed(0) })).toBe(0);
    expect(sampleToken([2, 2, 2], { temperature: 1, topP: 0.5, random: fixed(0.999999) })).toBe(1);
  });

  it("bears scores that exp() cannot hold", () => {
    expect(
      sampleToken(Float32Array.of(-1e4, 3e4, 1e4), { temperature: 0.1, topP: 1, random: fixed(0.5) }),
    ).toBe(1);
  });
});
