import { count, short } from "./mimeText";

/** What typed arrays and the values of tensors have in common. */
export type Numbers = ArrayLike<number> | ArrayLike<bigint>;

const FIRST = 100;

/** `min 0, mean 0.5, max 1` of the finite values, and how many are not; empty where there is nothing to say. */
export function range(values: ArrayLike<unknown>): string {
  if (values.length === 0) return "";
  if (typeof values[0] === "bigint") return bigRange(values as ArrayLike<bigint>);
  if (typeof values[0] !== "number") return "";
  return numberRange(values as ArrayLike<number>);
}

function numberRange(values: ArrayLike<number>): string {
  let [low, high, sum, finite] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    sum += value;
    finite++;
  }
  const strange = values.length - finite;
  const note = strange ? `${count(strange)} not finite` : "";
  if (!finite) return note;
  const figures = `min ${short(low)}, mean ${short(sum / finite)}, max ${short(high)}`;
  return [figures, note].filter(Boolean).join(", ");
}

function bigRange(values: ArrayLike<bigint>): string {
  let [low, high] = [values[0]!, values[0]!];
  for (let i = 1; i < values.length; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return `min ${low}, max ${high}`;
}

/** The first values in brackets, and how many of `length` are left out. */
export function preview(values: ArrayLike<unknown>, length: number): string {
  const shown = Array.from({ length: Math.min(FIRST, values.length) }, (_, i) => short(values[i]));
  const rest = length - shown.length;
  return `[${[...shown, ...(rest > 0 ? [`… ${count(rest)} more`] : [])].join(", ")}]`;
}
