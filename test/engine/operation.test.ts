import { beforeAll, describe, expect, it } from "vitest";
import { ready } from "../../kernel-lib/engine/backend";
import { operation } from "../../kernel-lib/engine/operation";
import { tf } from "../../kernel-lib/engine/tf";
import { expectClose, tensorsLeftBy } from "../support/tensors";

const asked = { a: 0, b: 0 };

/** a² b, counting which gradients are computed. */
const squareTimes = operation<{ a: tf.Tensor; b: tf.Tensor }>({
  name: "TestSquareTimes",
  inputNames: ["a", "b"],
  forward: ({ a, b }) => tf.mul(tf.mul(a, a), b),
  gradients: (dy, { a, b }) => ({
    a: () => {
      asked.a++;
      return tf.tidy(() => tf.mul(dy, tf.mul(2, tf.mul(a, b))));
    },
    b: () => {
      asked.b++;
      return tf.tidy(() => tf.mul(dy, tf.square(a)));
    },
  }),
});

beforeAll(() => ready());

describe("an operation", () => {
  it("computes its forward and its gradients", async () => {
    const [a, b] = [tf.tensor1d([3, -2]), tf.tensor1d([5, 0.5])];
    await expectClose(squareTimes({ a, b }), [45, 2]);
    const [da, db] = tf.grads((x: tf.Tensor, y: tf.Tensor) => squareTimes({ a: x, b: y }))([a, b]);
    await expectClose(da!, [30, -2]);
    await expectClose(db!, [9, 4]);
  });

  it("computes the gradient of a trained input only", async () => {
    const [a, b] = [tf.scalar(3), tf.scalar(5)];
    Object.assign(asked, { a: 0, b: 0 });
    await expectClose(tf.grad((x: tf.Tensor) => squareTimes({ a: x, b }))(a), [30]);
    expect(asked).toEqual({ a: 1, b: 0 });
    await expectClose(tf.grad((y: tf.Tensor) => squareTimes({ a, b: y }))(b), [9]);
    expect(asked).toEqual({ a: 1, b: 1 });
  });

  it("sums the gradients of an input that is used twice", async () => {
    const slope = tf.grad((x: tf.Tensor) => squareTimes({ a: x, b: x }))(tf.scalar(2));
    await expectClose(slope, [12]);
  });

  it("leaves nothing but its result, and from a gradient nothing but that", async () => {
    const [a, b] = [tf.scalar(3), tf.scalar(5)];
    expect(await tensorsLeftBy(() => squareTimes({ a, b }))).toBe(1);
    expect(await tensorsLeftBy(() => tf.grad((x: tf.Tensor) => squareTimes({ a: x, b }))(a))).toBe(1);
  });

  it("works on a backend that is chosen later", async () => {
    const before = tf.getBackend();
    const value = squareTimes({ a: tf.scalar(2), b: tf.scalar(7) });
    await tf.setBackend("cpu");
    await expectClose(squareTimes({ a: tf.scalar(2), b: tf.scalar(7) }), [28]);
    await tf.setBackend(before);
    await expectClose(value, [28]);
  });
});
