import { matmul } from "./matmul";
import { tf } from "./tf";

/** Added to the score of a position that must not be seen; exp() of it is exactly 0 in float32. */
export const MASKED = -1e9;

/**
 * Grouped-query softmax attention; query head i reads key head ⌊i · kvHeads / heads⌋.
 *
 * @param query `[batch, heads, time, headDim]`
 * @param keys `[batch, kvHeads, past + time, headDim]`
 * @param values as `keys`
 * @param mask `[batch or 1, 1, time, past + time]`, 0 where a query may look and {@link MASKED} elsewhere; null: everywhere
 * @param scale factor on the scores; default: headDim^(−1/2)
 * @returns `[batch, heads, time, headDim]`
 */
export function attention(
  query: tf.Tensor4D,
  keys: tf.Tensor4D,
  values: tf.Tensor4D,
  mask: tf.Tensor4D | null,
  scale: number = query.shape[3] ** -0.5,
): tf.Tensor4D {
  const [batch, heads, time, headDim] = query.shape;
  const [, kvHeads, span] = keys.shape;
  // the queries that share a key head are stacked along time, so that keys are never copied
  const grouped = tf.reshape(query, [batch * kvHeads, (heads / kvHeads) * time, headDim]);
  const scores = matmul(tf.mul(grouped, scale), tf.reshape(keys, [batch * kvHeads, span, headDim]), {
    transposeB: true,
  });
  const perHead = tf.reshape(scores, [batch, heads, time, span]);
  const weights = tf.softmax(mask ? tf.add(perHead, mask) : perHead);
  const mixed = matmul(
    tf.reshape(weights, grouped.shape.slice(0, 2).concat(span) as [number, number, number]),
    tf.reshape(values, [batch * kvHeads, span, headDim]),
  );
  return tf.reshape(mixed, [batch, heads, time, headDim]);
}
