import { beforeAll, describe, expect, it } from "vitest";
import { ready } from "../../kernel-lib/engine/backend";
import { random } from "../../kernel-lib/engine/random";
import { tf } from "../../kernel-lib/engine/tf";
import { applyInnerLink, createInnerLink } from "../../kernel-lib/link/innerLink";
import { expectGradients } from "../support/finiteDifferences";
import { expectClose, noise, tensorsLeftBy } from "../support/tensors";
import { countOf, linkFixture, shapesOf } from "./links";

beforeAll(() => ready());

describe("an inner link", () => {
  it("gives what the same module gives in PyTorch", async () => {
    const { link, input, output, outputShape } = await linkFixture("inner");
    const result = applyInnerLink(link, input);
    expect(result.shape).toEqual(outputShape);
    await expectClose(result, output, 2e-6);
  });

  it("has the names and shapes of the file that PyTorch saves", async () => {
    const { link } = await linkFixture("inner");
    expect(shapesOf(createInnerLink(6, random(1)))).toEqual(shapesOf(link));
  });

  it.each([6, 48])("has 2d² + 6d numbers for d = %i", (d) => {
    expect(countOf(createInnerLink(d, random(1)))).toBe(2 * d * d + 6 * d);
  });

  it("starts with the scale of the embeddings that it stands in for", async () => {
    const link = createInnerLink(64, random(1), { scale: 0.1 });
    const squares = tf.mean(tf.square(applyInnerLink(link, noise("hidden", [8, 64]))), -1);
    await expectClose(squares, new Array(8).fill(0.01), 1e-4);
  });

  it("is drawn from its seed, uniform within ±1/√d", async () => {
    const [link, same, other] = [random(1), random(1), random(2)].map((stream) =>
      createInnerLink(16, stream),
    );
    const weight = await link!["proj1.weight"]!.data();
    expect(await same!["proj1.weight"]!.data()).toEqual(weight);
    expect(await other!["proj1.weight"]!.data()).not.toEqual(weight);
    const largest = Math.max(...weight.map(Math.abs));
    expect(largest).toBeLessThanOrEqual(0.25);
    expect(largest).toBeGreaterThan(0.24);
  });

  it("has the gradients of its input and of every parameter that differences give", async () => {
    const { link, input } = await linkFixture("inner");
    const names = Object.keys(link);
    await expectGradients(
      (x, ...parts) => applyInnerLink(Object.fromEntries(names.map((name, i) => [name, parts[i]!])), x!),
      [input, ...names.map((name) => link[name]!)],
      { tolerance: 1e-2 },
    );
  });

  it("leaves nothing but its result, in a tidy", async () => {
    const { link, input } = await linkFixture("inner");
    expect(await tensorsLeftBy(() => tf.tidy(() => applyInnerLink(link, input)))).toBe(1);
  });
});
