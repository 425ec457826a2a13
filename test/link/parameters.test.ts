import { beforeAll, describe, expect, it } from "vitest";
import { ready } from "../../kernel-lib/engine/backend";
import { random } from "../../kernel-lib/engine/random";
import { freshNorm, randomLinear } from "../../kernel-lib/link/parameters";
import { expectClose } from "../support/tensors";
import { shapesOf } from "./links";

beforeAll(() => ready());

describe("fresh parameters", () => {
  it("of a linear layer are uniform in ±1/√in, weight and bias", async () => {
    const layer = randomLinear("proj1", 25, 400, random(3));
    expect(shapesOf(layer)).toEqual({ "proj1.weight": [25, 400], "proj1.bias": [400] });
    for (const tensor of Object.values(layer)) {
      const values = Array.from(await tensor.data());
      expect(Math.max(...values)).toBeLessThanOrEqual(0.2);
      expect(Math.max(...values)).toBeGreaterThan(0.19);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(-0.2);
      expect(Math.min(...values)).toBeLessThan(-0.19);
      // the variance of a uniform law, (2 · 0.2)² / 12
      const variance = values.reduce((sum, x) => sum + x * x, 0) / values.length;
      expect(Math.abs(variance / (0.16 / 12) - 1)).toBeLessThan(0.15);
    }
  });

  it("of a norm are its scale and no shift", async () => {
    const norm = freshNorm("post_ln", 3, 0.5);
    await expectClose(norm["post_ln.weight"]!, [0.5, 0.5, 0.5]);
    await expectClose(norm["post_ln.bias"]!, [0, 0, 0]);
  });
});
