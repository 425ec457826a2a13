import { beforeAll, describe, expect, it } from "vitest";
import { gelu, silu } from "../../kernel-lib/engine/activation";
import { ready } from "../../kernel-lib/engine/backend";
import { tf } from "../../kernel-lib/engine/tf";
import { expectGradients } from "../support/finiteDifferences";
import { expectClose, noise, tensorsLeftBy } from "../support/tensors";

const X = [-6, -3, -1, -0.5, 0, 0.25, 1, 2.5, 5];

beforeAll(() => ready());

// values and slopes of torch.nn.functional, in float32
describe.each([
  {
    name: "gelu",
    f: (x: tf.Tensor) => gelu(x),
    values: [0, -0.004050225, -0.15865526, -0.15426877, 0, 0.14967658, 0.84134471, 2.4844759, 4.999999],
    slopes: [0, -0.011945605, -0.083315432, 0.13250491, 0.5, 0.6953733, 1.0833154, 1.037611, 1.0000072],
  },
  {
    name: "silu",
    f: (x: tf.Tensor) => silu(x),
    values: [
      -0.014835739, -0.14227761, -0.26894143, -0.18877034, 0, 0.14054413, 0.7310586, 2.3103545, 4.9665356,
    ],
    slopes: [
      -0.012326431, -0.088104106, 0.072329484, 0.26003882, 0.5, 0.62371004, 0.92767054, 1.0994011, 1.0265474,
    ],
  },
])("$name", ({ f, values, slopes }) => {
  it("gives torch's values", async () => {
    await expectClose(f(tf.tensor1d(X)), values);
  });

  it("gives torch's slopes", async () => {
    await expectClose(tf.grad(f)(tf.tensor1d(X)), slopes);
  });

  it("has the slopes that differences give", async () => {
    await expectGradients((x) => f(x!), [noise("x", [3, 4])]);
  });

  it("leaves nothing but its result, in a tidy", async () => {
    const x = tf.tensor1d(X);
    expect(await tensorsLeftBy(() => tf.tidy(() => f(x)))).toBe(1);
    expect(await tensorsLeftBy(() => tf.grad(f)(x))).toBe(1);
  });
});
