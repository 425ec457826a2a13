import { inspect } from "node:util";
import { nearest } from "./nearest";

/** A given value as an error quotes it: short, on one line, texts in quotation marks. */
export function shown(value: unknown): string {
  const options = { depth: 0, breakLength: Infinity, maxArrayLength: 8, maxStringLength: 40 };
  let text = typeof value === "string" ? JSON.stringify(value) : inspect(value, options);
  // an agent or a table prints itself on many lines
  if (text.includes("\n")) text = inspect(value, { ...options, customInspect: false });
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/**
 * Throws unless `value` is a whole number of at least 1.
 *
 * @param attempt what the error says to try; the default is for an option that has one
 */
export function checkCount(
  name: string,
  value: number,
  attempt = `${name}: 1, or leave it out for its default`,
): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(
      `${name} is ${shown(value)}; it must be a whole number of at least 1. Try ${attempt}.`,
    );
  }
}

/** Throws unless `value` is a number above 0, and finite; `attempt` is what the error says to try. */
export function checkPositive(name: string, value: number, attempt: string): void {
  if (typeof value !== "number" || !(value > 0 && value < Infinity)) {
    throw new RangeError(`${name} is ${shown(value)}; it must be a number above 0. Try ${attempt}.`);
  }
}

/** Throws unless what a function was given in place of its options is an object. */
export function checkOptions(call: string, options: unknown, attempt: string): void {
  if (typeof options === "object" && options !== null) return;
  throw new TypeError(`${call} was given ${shown(options)}; its options are an object. Try ${attempt}.`);
}

/** Throws unless `value` is one of `choices`: what the types say, for those who write JavaScript. */
export function checkChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (choices.includes(value as string)) return;
  throw new TypeError(
    `${name} is ${shown(value)}; it can be ${choices.map(shown).join(" or ")}. ` +
      `Try ${name}: ${shown(typeof value === "string" ? nearest(value, choices) : choices[0])}.`,
  );
}

/** Throws unless a variable of the environment is one of `choices`. */
export function checkVariable(name: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  throw new Error(
    `${name} is ${shown(value)}; it can be ${choices.join(", ")}. Try ${name}=${nearest(value, choices)}.`,
  );
}
