import { closest } from "fastest-levenshtein";

/** The one of `choices` that is spelled most like `name`, for errors to suggest; undefined if there are none. */
export function nearest(name: string, choices: readonly string[]): string | undefined {
  const lower = choices.map((choice) => choice.toLowerCase());
  return choices[lower.indexOf(closest(name.toLowerCase(), lower))];
}
