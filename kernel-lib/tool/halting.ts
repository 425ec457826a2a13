import type { Tokenizer } from "../text/tokenizer";
import { findCall } from "./tags";

/** Tokens at the end of a text in which a closing tag is looked for first: the released number. */
const NEWEST = 16;

/**
 * Tells whether the newest token of a text has closed a call. Only where its last tokens hold a closing tag is the whole
 * text decoded, so that a long one does not cost its square.
 */
export function halting(tokenizer: Tokenizer, names: readonly string[]): (ids: readonly number[]) => boolean {
  // a tokenizer of single characters needs as many as the longest tag has
  const newest = Math.max(NEWEST, ...names.map((name) => name.length + 4));
  const closing = names.map((name) => `</${name.toLowerCase()}>`);
  return (ids) => {
    const end = tokenizer.decode(ids.slice(-newest)).toLowerCase();
    return closing.some((tag) => end.includes(tag)) && findCall(tokenizer.decode(ids), names) !== undefined;
  };
}
