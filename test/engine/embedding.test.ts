import { beforeAll, describe, expect, it } from "vitest";
import { ready } from "../../kernel-lib/engine/backend";
import { embeddingLookup } from "../../kernel-lib/engine/embedding";
import { tf } from "../../kernel-lib/engine/tf";
import { expectGradients } from "../support/finiteDifferences";
import { expectClose, noise, tensorsLeftBy } from "../support/tensors";

beforeAll(() => ready());

describe("an embedding lookup", () => {
  it("gives the rows of the ids", async () => {
    const table = tf.tensor2d([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const rows = embeddingLookup(table, tf.tensor1d([2, 0, 2], "int32"));
    expect(rows.shape).toEqual([3, 2]);
    await expectClose(rows, [5, 6, 1, 2, 5, 6]);
  });

  it("sums the gradients of a repeated id and leaves unused rows at zero", async () => {
    const ids = tf.tensor1d([2, 0, 2], "int32");
    const weights = tf.tensor2d([
      [1, 10],
      [2, 20],
      [4, 40],
    ]);
    const slope = tf.grad((table: tf.Tensor) =>
      tf.sum(tf.mul(embeddingLookup(table as tf.Tensor2D, ids), weights)),
    );
    await expectClose(slope(tf.zeros([4, 2])), [2, 20, 0, 0, 5, 50, 0, 0]);
  });

  it("has the gradient that differences give", async () => {
    const ids = tf.tensor1d([1, 3, 1, 0, 1], "int32");
    await expectGradients((table) => embeddingLookup(table as tf.Tensor2D, ids), [noise("table", [4, 3])]);
  });

  it("leaves nothing but its result", async () => {
    const [table, ids] = [noise<tf.Tensor2D>("table", [4, 3]), tf.tensor1d([1, 1, 2], "int32")];
    expect(await tensorsLeftBy(() => embeddingLookup(table, ids))).toBe(1);
    expect(
      await tensorsLeftBy(() => tf.grad((x: tf.Tensor) => embeddingLookup(x as tf.Tensor2D, ids))(table)),
    ).toBe(1);
  });
});
