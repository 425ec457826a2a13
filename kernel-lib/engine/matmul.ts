import { type Operation, operation } from "./operation";
import { tf } from "./tf";
import { multiplyBatches } from "./wasmBatches";

const swapLastTwo = (x: tf.Tensor): tf.Tensor => {
  const axes = x.shape.map((_, axis) => axis);
  const last = axes.length - 1;
  return tf.transpose(x, [...axes.slice(0, -2), last, last - 1]);
};

const multiply: Operation<{ a: tf.Tensor; b: tf.Tensor }> = operation({
  name: "RecursiveMASMatMul",
  inputNames: ["a", "b"],
  forward: ({ a, b }) => multiplyBatches(a, b) ?? tf.matMul(a, b),
  gradients: (dy, { a, b }) => ({
    a: () => multiply({ a: dy, b: swapLastTwo(b) }),
    b: () => multiply({ a: swapLastTwo(a), b: dy }),
  }),
});

/** a bᵀ with a large b `[m, k]`, of which no transposed copy is made, forward or backward. */
const multiplyByRows: Operation<{ a: tf.Tensor; b: tf.Tensor }> = operation({
  name: "RecursiveMASMatMulByRows",
  inputNames: ["a", "b"],
  forward: ({ a, b }) =>
    // wasm is slow with transpose flags and keeps a packed copy of what stands on the right
    tf.getBackend() === "wasm" ? tf.transpose(tf.matMul(b, tf.transpose(a))) : tf.matMul(a, b, false, true),
  gradients: (dy, { a, b }) => ({
    a: () => multiply({ a: dy, b }),
    b: () => multiply({ a: swapLastTwo(dy), b: a }),
  }),
});

/** Numbers of a matrix, 16 MB, from which on a transposed copy of it costs more than it brings. */
const LARGE = 2 ** 22;

/**
 * Matrix product with explicit transposes, forward and backward.
 *
 * The wasm backend has a fast path for plain products only: `tf.matMul` with transpose flags, which tfjs's own
 * gradient uses, is 10 to 40 times slower there. Batches are slow there too, unless `multiplyBatches` takes them.
 * Elsewhere this costs little. A large right factor, such as the output embedding of a real model, is never copied.
 *
 * @param a `[..., n, k]`
 * @param b `[..., k, m]`, of the same leading shape
 * @returns `[..., n, m]`
 * @example matmul(tf.ones([2, 3]), tf.ones([4, 3]), { transposeB: true }).shape // [2, 4]
 */
export function matmul<T extends tf.Tensor>(
  a: T,
  b: T,
  { transposeA = false, transposeB = false }: { transposeA?: boolean; transposeB?: boolean } = {},
): T {
  const left = transposeA ? swapLastTwo(a) : a;
  if (transposeB && left.rank === 2 && b.rank === 2 && b.size >= LARGE) {
    return multiplyByRows({ a: left, b }) as T;
  }
  const right = transposeB ? swapLastTwo(b) : b;
  return multiply({ a: left, b: right }) as T;
}

/**
 * x W + b over the last axis.
 *
 * @param x `[..., in]`
 * @param weight `[in, out]` (the transpose of what Hugging Face stores)
 * @param bias `[out]`
 * @returns `[..., out]`
 */
export function linear<T extends tf.Tensor>(x: T, weight: tf.Tensor2D, bias?: tf.Tensor1D): T {
  const [inWidth, outWidth] = weight.shape;
  const flat = tf.reshape(x, [-1, inWidth]);
  const product = matmul<tf.Tensor>(flat, weight);
  const shifted = bias ? tf.add(product, bias) : product;
  return tf.reshape(shifted, [...x.shape.slice(0, -1), outWidth]) as T;
}
