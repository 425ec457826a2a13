import { describe, expect, it } from "vitest";
import { checkChoice, checkCount, checkPositive } from "../../kernel-lib/engine/check";

describe("checks of what a caller gives", () => {
  it("take whole numbers from 1 for a count", () => {
    expect(() => checkCount("steps", 1)).not.toThrow();
    for (const wrong of [0, -1, 1.5, NaN, Infinity, "3" as unknown as number]) {
      expect(() => checkCount("steps", wrong)).toThrow(
        new RangeError(`steps is ${wrong}; it must be a whole number of at least 1`),
      );
    }
  });

  it("take finite numbers above 0 for a rate", () => {
    expect(() => checkPositive("learningRate", 1e-9)).not.toThrow();
    for (const wrong of [0, -1, NaN, Infinity, "1" as unknown as number]) {
      expect(() => checkPositive("learningRate", wrong)).toThrow(
        new RangeError(`learningRate is ${wrong}; it must be a number above 0`),
      );
    }
  });

  it("take one of the choices, and name them", () => {
    expect(() => checkChoice("medium", "text", ["latent", "text"])).not.toThrow();
    expect(() => checkChoice("medium", "txt", ["latent", "text"])).toThrow(
      new TypeError('medium is "txt"; it can be "latent" or "text"'),
    );
    expect(() => checkChoice("medium", undefined, ["latent", "text"])).toThrow(
      "medium is undefined; it can be",
    );
  });
});
