import { MASKED } from "../engine/attention";
import { tf } from "../engine/tf";
import { type Cache, nextPositions } from "./cache";

/** Positions count real tokens only, so padding shifts nothing; one row if all rows agree. */
export function positionsOf(fresh: readonly Uint8Array[], cache: Cache | undefined): number[][] {
  const starts = cache ? nextPositions(cache) : fresh.map(() => 0);
  const rows = fresh.map((row, b) => countReal(row, starts[b]!));
  const [first] = rows;
  return rows.every((row) => row.every((position, t) => position === first![t])) ? [first!] : rows;
}

/**
 * The additive mask of the newest `time` positions over all: no future, no padding, and of a window only its newest
 * `window` positions; null if nothing is hidden.
 *
 * @returns `[batch or 1, 1, time, past + time]`
 */
export function attentionMask(
  mask: readonly Uint8Array[],
  time: number,
  window = Number.POSITIVE_INFINITY,
): tf.Tensor4D | null {
  const span = mask[0]!.length;
  const padded = mask.some((row) => row.includes(0));
  if (time === 1 && !padded && span <= window) return null;
  const rows = padded ? mask : mask.slice(0, 1);
  const values = new Float32Array(rows.length * time * span);
  rows.forEach((row, b) => {
    const positions = countReal(row, 0);
    for (let q = 0; q < time; q++) {
      const from = (b * time + q) * span;
      const newest = span - time + q;
      const oldest = positions[newest]! - window;
      for (let k = 0; k < span; k++) {
        if (!row[k] || k > newest || positions[k]! <= oldest) values[from + k] = MASKED;
      }
    }
  });
  return tf.tensor4d(values, [rows.length, 1, time, span]);
}

function countReal(row: Uint8Array, start: number): number[] {
  let next = start;
  return Array.from(row, (real) => (real ? next++ : Math.max(0, next - 1)));
}
