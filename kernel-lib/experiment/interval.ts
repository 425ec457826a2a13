/** An estimate between two bounds. */
export interface Interval {
  low: number;
  high: number;
}

/**
 * Wilson's score interval of a proportion; sensible for few questions and near 0 and 1.
 *
 * @param z normal quantile; 1.96 is 95 %
 * @throws if `correct` of `total` is not a proportion of at least one question
 * @example wilson(8, 10) // { low: 0.490, high: 0.943 }
 */
export function wilson(correct: number, total: number, z = 1.96): Interval {
  if (!(total > 0 && correct >= 0 && correct <= total)) {
    throw new RangeError(
      `${correct} correct of ${total} is no proportion; 0 ≤ correct ≤ total and total > 0 are wanted. ` +
        "Try wilson(7, 10).",
    );
  }
  const p = correct / total;
  const centre = p + z ** 2 / (2 * total);
  const spread = z * Math.sqrt((p * (1 - p)) / total + z ** 2 / (4 * total ** 2));
  const scale = 1 + z ** 2 / total;
  return { low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) };
}
