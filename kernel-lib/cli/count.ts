import { CliError } from "./failure";

/** What an option that counts was given. */
export function parseCount(option: string, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new CliError(`${option} is "${text}"; it must be a whole number of at least 1. Try ${option} 10.`);
}
