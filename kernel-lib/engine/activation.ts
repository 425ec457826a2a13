import { operation } from "./operation";
import { tf } from "./tf";

const siluOperation = operation<{ x: tf.Tensor }>({
  name: "RecursiveMASSilu",
  inputNames: ["x"],
  forward: ({ x }) => tf.mul(x, tf.sigmoid(x)),
  gradients: (dy, { x }) => ({
    // σ (1 + x (1 − σ))
    x: () =>
      tf.tidy(() => {
        const s = tf.sigmoid(x);
        return tf.mul(dy, tf.mul(s, tf.add(1, tf.mul(x, tf.sub(1, s)))));
      }),
  }),
});

/** x · σ(x), elementwise. */
export function silu<T extends tf.Tensor>(x: T): T {
  return siluOperation({ x }) as T;
}

/** GELU in its exact form, x/2 · (1 + erf(x/√2)), elementwise; the links use it (PyTorch's default). */
export function gelu<T extends tf.Tensor>(x: T): T {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)) as T;
}

const ROOT_2_OVER_PI = Math.sqrt(2 / Math.PI);

/** GELU in its tanh form, x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³))), elementwise; Gemma's. */
export function geluTanh<T extends tf.Tensor>(x: T): T {
  const cube = tf.mul(tf.square(x), tf.mul(x, 0.044715));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(tf.mul(tf.add(x, cube), ROOT_2_OVER_PI)), 1)) as T;
}
