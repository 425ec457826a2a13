import { describe, expect, it } from "vitest";
import { askedName, page } from "../../kernel-lib/kernel/pager";

describe("a cell that is a question", () => {
  it.each([
    ["?evaluate", "evaluate"],
    ["evaluate?", "evaluate"],
    ["??evaluate", "evaluate"],
    ["evaluate??", "evaluate"],
    [" mas.clone?\n", "mas.clone"],
    ["? tf.matMul", "tf.matMul"],
    ["größe?", "größe"],
    ["$_1?", "$_1"],
  ])("%j asks about %s", (code, name) => {
    expect(askedName(code)).toBe(name);
  });

  it.each(["a ? b : c", "evaluate", "?", "a?.b", "1?", "?a.", "a b?", "???a", "f()?", "a?\nb"])(
    "%j is none",
    (code) => {
      expect(askedName(code)).toBeUndefined();
    },
  );
});

describe("the page", () => {
  const known = (codes: string[]) => (code: string, cursor: number) =>
    codes.includes(code) && cursor === code.length
      ? { found: true, data: { "text/plain": code } }
      : { found: false, data: {} };

  it("looks for a value first, then for a type", () => {
    expect(page("A", known(["A", "let _: A"]))!.data).toEqual({ "text/plain": "A" });
    expect(page("A", known(["let _: A"]))).toEqual({
      source: "page",
      data: { "text/plain": "let _: A" },
      start: 0,
    });
    expect(page("A", known([]))).toBeUndefined();
  });
});
