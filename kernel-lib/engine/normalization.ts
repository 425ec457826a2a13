import { operation } from "./operation";
import { tf } from "./tf";

const meanLast = (x: tf.Tensor): tf.Tensor => tf.mean(x, -1, true);
const sumLeading = (x: tf.Tensor): tf.Tensor => tf.sum(tf.reshape(x, [-1, x.shape.at(-1)!]), 0);
const inverseRms = (x: tf.Tensor, eps: number): tf.Tensor => tf.rsqrt(tf.add(meanLast(tf.square(x)), eps));

// The epsilon is a number, not an input, so each one in use gets an operation of its own.
const rmsByEpsilon = new Map<number, ReturnType<typeof rmsOperation>>();

function rmsOperation(eps: number) {
  return operation<{ x: tf.Tensor; weight: tf.Tensor }>({
    name: `RecursiveMASRmsNorm_${eps}`,
    inputNames: ["x", "weight"],
    forward: ({ x, weight }) => tf.mul(tf.mul(x, inverseRms(x, eps)), weight),
    gradients: (dy, { x, weight }) => ({
      // x̂ = r x; dx = r (w dy − x̂ mean(w dy x̂))
      x: () =>
        tf.tidy(() => {
          const r = inverseRms(x, eps);
          const normalized = tf.mul(x, r);
          const scaled = tf.mul(dy, weight);
          return tf.mul(r, tf.sub(scaled, tf.mul(normalized, meanLast(tf.mul(scaled, normalized)))));
        }),
      weight: () => tf.tidy(() => sumLeading(tf.mul(dy, tf.mul(x, inverseRms(x, eps))))),
    }),
  });
}

/**
 * Root-mean-square norm over the last axis, `x / sqrt(mean(x²) + eps) · weight`.
 *
 * @param x `[..., d]`
 * @param weight `[d]`
 */
export function rmsNorm<T extends tf.Tensor>(x: T, weight: tf.Tensor1D, eps: number): T {
  let apply = rmsByEpsilon.get(eps);
  if (!apply) {
    apply = rmsOperation(eps);
    rmsByEpsilon.set(eps, apply);
  }
  return apply({ x, weight }) as T;
}

/**
 * Layer norm over the last axis, as `torch.nn.LayerNorm`.
 *
 * @param x `[..., d]`
 * @param weight `[d]`, the gain γ
 * @param bias `[d]`, the shift β
 */
export function layerNorm<T extends tf.Tensor>(x: T, weight: tf.Tensor1D, bias: tf.Tensor1D, eps = 1e-5): T {
  const centered = tf.sub(x, meanLast(x));
  const normalized = tf.mul(centered, inverseRms(centered, eps));
  return tf.add(tf.mul(normalized, weight), bias) as T;
}
