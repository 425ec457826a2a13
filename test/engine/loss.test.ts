import { beforeAll, describe, expect, it } from "vitest";
import { ready } from "../../kernel-lib/engine/backend";
import { cosineLoss, crossEntropy } from "../../kernel-lib/engine/loss";
import { tf } from "../../kernel-lib/engine/tf";
import { expectGradients } from "../support/finiteDifferences";
import { expectClose, noise, tensorsLeftBy } from "../support/tensors";

const LOGITS = [
  [1, 2, -1, 0.5],
  [0, 0, 3, -2],
  [-1.5, 0.25, 0.75, 1],
];
const targets = (): tf.Tensor1D => tf.tensor1d([1, 0, 3], "int32");

beforeAll(() => ready());

describe("cross-entropy", () => {
  it("is the logarithm of the choices where all are alike", async () => {
    await expectClose(crossEntropy(tf.zeros([3, 8]), targets()), [Math.log(8)]);
  });

  it("gives torch's value and gradient", async () => {
    const logits = tf.tensor2d(LOGITS);
    await expectClose(crossEntropy(logits, targets()), [1.4811591]);
    await expectClose(
      tf.grad((x: tf.Tensor) => crossEntropy(x as tf.Tensor2D, targets()))(logits),
      [
        0.07473594, -0.13017999, 0.010114411, 0.045329638, -0.31833243, 0.015000912, 0.30130136, 0.0020301533,
        0.011726834, 0.067483276, 0.11126111, -0.19047125,
      ],
    );
  });

  it("is the weighted mean, and blind to rows of weight 0", async () => {
    const weights = tf.tensor1d([4, 0, 1]);
    await expectClose(crossEntropy(tf.tensor2d(LOGITS), targets(), weights), [0.56559813]);
    const elsewhere = [LOGITS[0]!, [7, -7, 0, 1], LOGITS[2]!];
    await expectClose(crossEntropy(tf.tensor2d(elsewhere), targets(), weights), [0.56559813]);
  });

  it("stays finite for scores that exp() cannot hold", async () => {
    await expectClose(crossEntropy(tf.tensor2d([[0, 500]]), tf.tensor1d([0], "int32")), [500]);
  });

  it("has the gradient that differences give", async () => {
    const weights = tf.tensor1d([1, 0, 3]);
    await expectGradients(
      (x) => crossEntropy(x as tf.Tensor2D, targets(), weights),
      [noise("logits", [3, 5])],
    );
  });

  it("leaves nothing but its result, in a tidy", async () => {
    const logits = tf.tensor2d(LOGITS);
    expect(await tensorsLeftBy(() => tf.tidy(() => crossEntropy(logits, targets())))).toBe(1);
  });
});

describe("the cosine loss", () => {
  it("is 1 minus the mean cosine", async () => {
    // cosines 24/25, 0 and −1
    const a = tf.tensor2d([
      [3, 4],
      [1, 0],
      [-1, 2],
    ]);
    const b = tf.tensor2d([
      [4, 3],
      [0, 2],
      [2, -4],
    ]);
    await expectClose(cosineLoss(a, b), [1 - (0.96 + 0 - 1) / 3]);
  });

  it("does not see lengths", async () => {
    const [a, b] = [noise("a", [2, 3, 4]), noise("b", [2, 3, 4])];
    await expectClose(cosineLoss(tf.mul(a, 7), tf.mul(b, 0.5)), await cosineLoss(a, b).data());
  });

  it("has the gradients that differences give", async () => {
    await expectGradients((a, b) => cosineLoss(a!, b!), [noise("a", [2, 3, 4]), noise("b", [2, 3, 4])]);
  });

  it("has no infinite gradient at zero", async () => {
    const slope = tf.grad((a: tf.Tensor) => cosineLoss(a, tf.ones([1, 2])))(tf.zeros([1, 2]));
    expect((await slope.data()).every(Number.isFinite)).toBe(true);
  });
});
