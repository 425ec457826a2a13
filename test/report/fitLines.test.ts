import { expect, test } from "vitest";
import { fitLines } from "../../kernel-lib/report/fitLines";

// ten pixels a character, so that widths can be counted
const metrics = { width: (text: string) => 10 * [...text].length };
const fitted = (text: string, most: number) => fitLines(text, { width: 80, size: 12, most }, metrics);

test("text breaks at blanks, and ends in an ellipsis where there is more", () => {
  expect(fitted("one two three", 3)).toEqual(["one two", "three"]);
  expect(fitted("one two three four", 2)).toEqual(["one two", "three…"]);
  expect(fitted("one two three", 1)).toEqual(["one two…"]);
});

test("a no-break space keeps words together", () => {
  expect(fitted("one two\u00a03 %", 3)).toEqual(["one", "two\u00a03 %"]);
});

test("a word that is too long is broken", () => {
  expect(fitted("<|endoftext|> x", 3)).toEqual(["<|endoft", "ext|> x"]);
  expect(fitted("a👍👍👍👍👍👍👍👍", 3)).toEqual(["a👍👍👍👍👍👍👍", "👍"]);
});

test("no text has no lines", () => {
  expect(fitted(" ", 2)).toEqual([]);
});
