import type { Reading, Thought } from "./step";

/** A token as it stands in a table: its first blank left out, breaks and lone blanks made visible. */
export function visible(token: string): string {
  const text = token.replaceAll("\n", "⏎").replaceAll("\t", "⇥");
  if (text.trim() === "") return "␣".repeat(text.length);
  return text.replace(/^ /, "");
}

/** A share as a whole percentage. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return String(share);
  return share > 0 && share < 0.005 ? "<1 %" : `${(100 * share).toFixed(0)} %`;
}

/** The readings of one thought, `f 98 %, k 2 %`; the likeliest, and others that have at least half a percent. */
export function readingsText(readings: readonly Reading[]): string {
  return readings
    .filter(({ probability }, k) => k === 0 || !(probability < 0.005))
    .map(({ token, probability }) => `${visible(token)} ${percent(probability)}`)
    .join(", ");
}

/** Thoughts read along like a sentence, `f · is · parent 61 %`: percentages only where another word is possible. */
export function chainText(thoughts: readonly Pick<Thought, "readings">[]): string {
  return thoughts
    .map(({ readings: [first] }) => {
      if (!first) return "?";
      const word = visible(first.token);
      return first.probability >= 0.95 ? word : `${word} ${percent(first.probability)}`;
    })
    .join(" · ");
}

/** One number, or the lowest and highest of several; nothing where there is none. */
export function rangeText(values: readonly (number | null)[], digits: number): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return "";
  const [low, high] = [Math.min(...known), Math.max(...known)].map((value) => minus(value.toFixed(digits)));
  return low === high ? low! : `${low} to ${high}`;
}

/** A typographic minus, and none before a zero. */
const minus = (digits: string): string =>
  /[1-9NI]/.test(digits) ? digits.replace("-", "−") : digits.replace("-", "");

/** The first so many characters. */
export function start(text: string, length: number): string {
  const characters = [...text];
  return characters.length > length
    ? `${characters
        .slice(0, length - 1)
        .join("")
        .trimEnd()}…`
    : text;
}

/** Text on one line, no longer than can be read there; silence is said. */
export const flat = (text: string, length = 240): string =>
  start(text.replaceAll(/\s+/g, " ").trim(), length) || "(nothing)";

/** Seconds as milliseconds, or as seconds from ten upwards. */
export const duration = (seconds: number): string =>
  seconds < 10 ? `${(1000 * seconds).toFixed(0)} ms` : `${seconds.toFixed(1)} s`;

/** `1 thought`, `2 thoughts`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
