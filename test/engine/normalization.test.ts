import { beforeAll, describe, expect, it } from "vitest";
import { ready } from "../../kernel-lib/engine/backend";
import { layerNorm, rmsNorm } from "../../kernel-lib/engine/normalization";
import { tf } from "../../kernel-lib/engine/tf";
import { expectGradients } from "../support/finiteDifferences";
import { expectClose, noise, tensorsLeftBy } from "../support/tensors";

// Values and gradients below are PyTorch's, in float32.
const X = [
  [0.5, -1.25, 2, 0.75],
  [3, 0.1, -0.4, -2.2],
];
const WEIGHT = [1.5, 0.5, -1, 2];
const BIAS = [0.1, -0.2, 0.3, 0];
const DY = [
  [1, -2, 0.5, 3],
  [0.25, 1, -1, 2],
];

/** Gradients of the sum of the result times DY. */
const slopes = (f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): tf.Tensor[] =>
  tf.grads((...given: tf.Tensor[]) => tf.sum(tf.mul(f(...given), tf.tensor2d(DY))))(inputs);

beforeAll(() => ready());

describe("rmsNorm", () => {
  const norm = (x?: tf.Tensor, weight?: tf.Tensor): tf.Tensor => rmsNorm(x!, weight as tf.Tensor1D, 1e-6);

  it("gives what torch.nn.functional.rms_norm gives", async () => {
    await expectClose(
      norm(tf.tensor2d(X), tf.tensor1d(WEIGHT)),
      [0.59408832, -0.49507362, -1.5842355, 1.1881766, 2.4044924, 0.026716581, 0.21373264, -2.3510592],
    );
  });

  it("has torch's gradients", async () => {
    const [dx, dw] = slopes(norm, [tf.tensor2d(X), tf.tensor1d(WEIGHT)]);
    await expectClose(
      dx!,
      [0.846479, 0.062126338, -1.7628495, 4.24016, 1.1185778, 0.29777259, 0.41190448, 1.4639773],
      3e-6,
    );
    await expectClose(dw!, [0.79680765, 2.0337276, 1.0058504, -0.56879425], 3e-6);
  });

  it("has the gradients that differences give", async () => {
    await expectGradients(norm, [noise("x", [2, 3, 4]), noise("w", [4])]);
  });

  it("adds each epsilon that it is given", async () => {
    const one = tf.ones<tf.Rank.R1>([2]);
    await expectClose(rmsNorm(one, one, 3), [0.5, 0.5]);
    await expectClose(rmsNorm(one, one, 8), [1 / 3, 1 / 3]);
  });

  it("leaves nothing but its result", async () => {
    const [x, weight] = [noise("x", [2, 3, 4]), noise<tf.Tensor1D>("w", [4])];
    expect(await tensorsLeftBy(() => rmsNorm(x, weight, 1e-6))).toBe(1);
    expect(await tensorsLeftBy(() => tf.grads(norm)([x, weight]))).toBe(2);
  });
});

describe("layerNorm", () => {
  const norm = (x?: tf.Tensor, weight?: tf.Tensor, bias?: tf.Tensor): tf.Tensor =>
    layerNorm(x!, weight as tf.Tensor1D, bias as tf.Tensor1D);

  it("gives what torch.nn.LayerNorm gives", async () => {
    await expectClose(
      norm(tf.tensor2d(X), tf.tensor1d(WEIGHT), tf.tensor1d(BIAS)),
      [0.1, -0.95482659, -0.99398845, 0.43132949, 2.4094591, -0.20669408, 0.58115155, -2.4901996],
    );
  });

  it("has torch's gradients", async () => {
    const [dx, dw, db] = slopes(norm, [tf.tensor2d(X), tf.tensor1d(WEIGHT), tf.tensor1d(BIAS)]);
    await expectClose(
      dx!,
      [0, -1.4544885, -2.3271685, 3.781657, 0.38119644, -0.52719963, -0.42759782, 0.57360083],
      3e-6,
    );
    await expectClose(dw!, [0.38490987, 3.0059183, 0.92814577, -1.8432053], 3e-6);
    await expectClose(db!, [1.25, -1, -0.5, 5]);
  });

  it("has the gradients that differences give", async () => {
    await expectGradients(norm, [noise("x", [2, 3, 4]), noise("w", [4]), noise("b", [4])], {
      tolerance: 4e-3,
    });
  });
});
