import { expect, test } from "vitest";
import {
  chainText,
  duration,
  flat,
  percent,
  rangeText,
  readingsText,
  visible,
} from "../../../kernel-lib/system/trace/words";

test.each([
  [" parent", "parent"],
  ["\n\n", "⏎⏎"],
  [" ", "␣"],
  ["  ", "␣␣"],
  ["\tx", "⇥x"],
  ["", ""],
])("the token %j is shown as %j", (token, shown) => {
  expect(visible(token)).toBe(shown);
});

test.each([
  [1, "100 %"],
  [0.126, "13 %"],
  [0.004, "<1 %"],
  [0, "0 %"],
  [Number.NaN, "NaN"],
])("the share %d is %s", (share, text) => {
  expect(percent(share)).toBe(text);
});

const readings = (...pairs: [string, number][]) =>
  pairs.map(([token, probability]) => ({ token, probability }));

test("readings of less than half a percent are left out, unless there is no other", () => {
  expect(readingsText(readings(["f", 0.996], ["k", 0.004]))).toBe("f 100 %");
  expect(readingsText(readings(["f", 0.004], ["k", 0.003]))).toBe("f <1 %");
});

test("a chain has percentages only where another word is possible", () => {
  const thoughts = [readings(["i", 0.78], ["h", 0.2]), readings([" is", 0.99])];
  expect(chainText(thoughts.map((one) => ({ readings: one })))).toBe("i 78 % · is");
});

test.each([
  [[], ""],
  [[null], ""],
  [[null, 0.5], "0.50"],
  [[-0.071, 0.99], "−0.07 to 0.99"],
  [[-0.001, 0.001], "0.00"],
])("the range of %j is %j", (values, text) => {
  expect(rangeText(values, 2)).toBe(text);
});

test("times are told in the unit that fits", () => {
  expect([duration(0.0312), duration(9.9994), duration(12)]).toEqual(["31 ms", "9999 ms", "12.0 s"]);
});

test("text is put on one line and cut at a whole character", () => {
  expect(flat(" a\n  b ")).toBe("a b");
  expect(flat("👍👍👍", 2)).toBe("👍…");
  expect(flat(" \n")).toBe("(nothing)");
});
