import { tf } from "./tf";

/**
 * Weighted mean cross-entropy.
 *
 * @param logits `[n, vocab]`
 * @param targets `[n]`, int32
 * @param weights `[n]`; a weight of 0 leaves a row out. Default: all 1
 * @returns a scalar, in nats
 */
export function crossEntropy(logits: tf.Tensor2D, targets: tf.Tensor1D, weights?: tf.Tensor1D): tf.Scalar {
  const picked = tf.sum(tf.mul(tf.logSoftmax(logits), tf.oneHot(targets, logits.shape[1]).toFloat()), 1);
  if (!weights) return tf.neg(tf.mean(picked)) as tf.Scalar;
  return tf.neg(tf.div(tf.sum(tf.mul(picked, weights)), tf.sum(weights))) as tf.Scalar;
}

/**
 * 1 − cos(a, b) over the last axis, averaged: the loss of the inner loop (paper eq. 5).
 *
 * @param a `[..., d]`
 * @param b `[..., d]`
 */
export function cosineLoss(a: tf.Tensor, b: tf.Tensor): tf.Scalar {
  const norm = (x: tf.Tensor): tf.Tensor => tf.sqrt(tf.add(tf.sum(tf.square(x), -1), 1e-12));
  const cosine = tf.div(tf.sum(tf.mul(a, b), -1), tf.mul(norm(a), norm(b)));
  return tf.sub(1, tf.mean(cosine)) as tf.Scalar;
}
