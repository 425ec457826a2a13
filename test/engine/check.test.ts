import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { checkChoice, checkCount, checkPositive, checkVariable, shown } from "../../kernel-lib/engine/check";

describe("checks of what a caller gives", () => {
  it.each([
    [0, "0"],
    [-1, "-1"],
    [1.5, "1.5"],
    [NaN, "NaN"],
    [Infinity, "Infinity"],
    ["3", '"3"'],
    [undefined, "undefined"],
  ])("want a whole number from 1 for a count, not %j", (wrong, quoted) => {
    expect(() => checkCount("steps", wrong as number, "steps: 200")).toThrow(
      new RangeError(`steps is ${quoted}; it must be a whole number of at least 1. Try steps: 200.`),
    );
  });

  it("take a count of 1, and suggest it where nothing better is known", () => {
    expect(() => checkCount("steps", 1)).not.toThrow();
    expect(() => checkCount("steps", 0)).toThrow(/ Try steps: 1, or leave it out for its default\.$/);
  });

  it.each([
    [0, "0"],
    [-1, "-1"],
    [NaN, "NaN"],
    [Infinity, "Infinity"],
    ["1", '"1"'],
  ])("want a finite number above 0 for a rate, not %j", (wrong, quoted) => {
    expect(() => checkPositive("learningRate", 1e-9, "learningRate: 0.1")).not.toThrow();
    expect(() => checkPositive("learningRate", wrong as number, "learningRate: 0.1")).toThrow(
      new RangeError(`learningRate is ${quoted}; it must be a number above 0. Try learningRate: 0.1.`),
    );
  });

  it("take one of the choices, name them, and suggest the nearest", () => {
    expect(() => checkChoice("medium", "text", ["latent", "text"])).not.toThrow();
    expect(() => checkChoice("medium", "txt", ["latent", "text"])).toThrow(
      new TypeError('medium is "txt"; it can be "latent" or "text". Try medium: "text".'),
    );
    expect(() => checkChoice("medium", undefined, ["latent", "text"])).toThrow(
      "medium is undefined; it can be",
    );
  });

  it("take a variable's value likewise, and suggest it as a shell writes it", () => {
    expect(() => checkVariable("RECURSIVEMAS_BACKEND", "cpu", ["wasm", "cpu"])).not.toThrow();
    expect(() => checkVariable("RECURSIVEMAS_BACKEND", "wasn", ["cpu", "wasm"])).toThrow(
      new Error('RECURSIVEMAS_BACKEND is "wasn"; it can be cpu, wasm. Try RECURSIVEMAS_BACKEND=wasm.'),
    );
  });
});

describe("a value as errors show it", () => {
  it.each([
    ['say "hi"', '"say \\"hi\\""'],
    [[], "[]"],
    [{ deep: { deeper: 1 } }, "{ deep: [Object] }"],
    [null, "null"],
  ])("is short: %j", (value, text) => {
    expect(shown(value)).toBe(text);
  });

  it("is on one line, even of a class that prints itself on many", () => {
    class Many {
      name = "planner";
      [inspect.custom]() {
        return "one\ntwo";
      }
    }
    expect(shown(new Many())).toBe("Many { name: 'planner' }");
    expect(shown({ planner: new Many() })).toBe("{ planner: [Many] }");
  });

  it("is cut where it would fill the page", () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`key${i}`, i]));
    expect(shown(many)).toHaveLength(80);
    expect(shown(many)).toMatch(/^\{ key0: 0, .*…$/);
    expect(shown("a".repeat(500))).toHaveLength(80);
  });
});
