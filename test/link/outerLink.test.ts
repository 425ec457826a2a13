import { beforeAll, describe, expect, it } from "vitest";
import { ready } from "../../kernel-lib/engine/backend";
import { random } from "../../kernel-lib/engine/random";
import { tf } from "../../kernel-lib/engine/tf";
import { applyOuterLink, createOuterLink } from "../../kernel-lib/link/outerLink";
import { expectGradients } from "../support/finiteDifferences";
import { expectClose, noise, tensorsLeftBy } from "../support/tensors";
import { countOf, linkFixture, shapesOf } from "./links";

beforeAll(() => ready());

describe("an outer link", () => {
  it("gives what the same module gives in PyTorch", async () => {
    const { link, input, output, outputShape } = await linkFixture("outer");
    const result = applyOuterLink(link, input);
    expect(result.shape).toEqual(outputShape);
    await expectClose(result, output, 2e-6);
  });

  it("has the names and shapes of the file that PyTorch saves", async () => {
    const { link } = await linkFixture("outer");
    expect(shapesOf(createOuterLink(6, 4, random(1)))).toEqual(shapesOf(link));
  });

  it("has the numbers of its three projections and two norms", () => {
    const [from, to] = [6, 4];
    // proj1, proj2, residual_proj with their biases; ln_source, ln_target
    const expected = from * 2 * to + 2 * to + (2 * to * to + to) + (from * to + to) + 2 * from + 2 * to;
    expect(countOf(createOuterLink(from, to, random(1)))).toBe(expected);
    expect(expected).toBe(140);
  });

  it("starts with the scale of the receiver's embeddings", async () => {
    const link = createOuterLink(48, 64, random(1), { scale: 0.1 });
    const squares = tf.mean(tf.square(applyOuterLink(link, noise("thoughts", [8, 48]))), -1);
    await expectClose(squares, new Array(8).fill(0.01), 1e-4);
  });

  it("has the gradients of its input and of every parameter that differences give", async () => {
    const { link, input } = await linkFixture("outer");
    const names = Object.keys(link);
    await expectGradients(
      (x, ...parts) => applyOuterLink(Object.fromEntries(names.map((name, i) => [name, parts[i]!])), x!),
      [input, ...names.map((name) => link[name]!)],
      { tolerance: 1e-2 },
    );
  });

  it("leaves nothing but its result, in a tidy", async () => {
    const { link, input } = await linkFixture("outer");
    expect(await tensorsLeftBy(() => tf.tidy(() => applyOuterLink(link, input)))).toBe(1);
  });
});
