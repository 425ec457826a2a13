import { operation } from "./operation";
import { tf } from "./tf";

/** Cosines and sines of the rotation angles, both `[batch or 1, 1, time, headDim]`, so that they spread over heads. */
export interface RotaryAngles {
  cos: tf.Tensor4D;
  sin: tf.Tensor4D;
}

const halves = (x: tf.Tensor): [tf.Tensor, tf.Tensor] => tf.split(x, 2, -1) as [tf.Tensor, tf.Tensor];

/** [x₁, x₂] → [−x₂, x₁] */
function rotateHalf(x: tf.Tensor): tf.Tensor {
  const [first, second] = halves(x);
  return tf.concat([tf.neg(second), first], -1);
}

/** The transpose of {@link rotateHalf}: [y₁, y₂] → [y₂, −y₁] */
function rotateHalfBack(y: tf.Tensor): tf.Tensor {
  const [first, second] = halves(y);
  return tf.concat([second, tf.neg(first)], -1);
}

const rotate = operation<{ x: tf.Tensor; cos: tf.Tensor; sin: tf.Tensor }>({
  name: "RecursiveMASRotary",
  inputNames: ["x", "cos", "sin"],
  forward: ({ x, cos, sin }) => tf.add(tf.mul(x, cos), tf.mul(rotateHalf(x), sin)),
  gradients: (dy, { cos, sin }) => ({
    x: () => tf.tidy(() => tf.add(tf.mul(dy, cos), rotateHalfBack(tf.mul(dy, sin)))),
    cos: () => tf.zerosLike(cos),
    sin: () => tf.zerosLike(sin),
  }),
});

/**
 * Angles for the positions of a batch, with frequencies repeated over both halves of a head ("rotate half").
 *
 * @param positions `[batch][time]`, one row per question (or one row for all)
 * @param frequencies `headDim / 2` numbers, θ^(−2i/headDim), after any scaling
 */
export function rotaryAngles(
  positions: readonly ArrayLike<number>[],
  frequencies: ArrayLike<number>,
): RotaryAngles {
  const time = positions[0]!.length;
  const half = frequencies.length;
  const cos = new Float32Array(positions.length * time * half * 2);
  const sin = new Float32Array(cos.length);
  let at = 0;
  for (const row of positions) {
    for (let t = 0; t < time; t++, at += 2 * half) {
      for (let i = 0; i < half; i++) {
        const angle = row[t]! * frequencies[i]!;
        cos[at + i] = cos[at + half + i] = Math.cos(angle);
        sin[at + i] = sin[at + half + i] = Math.sin(angle);
      }
    }
  }
  const shape: [number, number, number, number] = [positions.length, 1, time, 2 * half];
  return { cos: tf.tensor4d(cos, shape), sin: tf.tensor4d(sin, shape) };
}

/**
 * Rotates queries or keys `[batch, heads, time, headDim]` by their positions; with angles for fewer dimensions, only
 * the first ones of each head.
 */
export function applyRotary(x: tf.Tensor4D, { cos, sin }: RotaryAngles): tf.Tensor4D {
  const turned = cos.shape[3];
  const rest = x.shape[3] - turned;
  if (rest === 0) return rotate({ x, cos, sin }) as tf.Tensor4D;
  const [first, passed] = tf.split(x, [turned, rest], 3) as [tf.Tensor4D, tf.Tensor4D];
  return tf.concat([rotate({ x: first, cos, sin }) as tf.Tensor4D, passed], 3);
}
