import { release } from "../engine/memory";
import { tf } from "../engine/tf";

/** The keys and values of one attention layer, `[batch, kvHeads, time, headDim]`, keys already rotated. */
export type AttentionCache = {
  keys: tf.Tensor4D;
  values: tf.Tensor4D;
};

/** What a gated delta-net keeps: it does not grow with time. */
export type DeltaCache = {
  /** The newest inputs of the convolution, `[batch, kernel − 1, channels]`. */
  window: tf.Tensor3D;
  /** The associative memory, `[batch, valueHeads, keyDim, valueDim]`. */
  state: tf.Tensor4D;
};

/** What one layer remembers. */
export type LayerCache = AttentionCache | DeltaCache;

/**
 * What a model remembers of the tokens it has read: a value, never changed in place, so that gradients flow through it
 * and one prefix can be continued in several ways.
 */
export interface Cache {
  layers: readonly LayerCache[];
  /** Per question, which remembered positions are real (1) and which are padding (0). */
  mask: readonly Uint8Array[];
}

/** How many positions a cache holds, padding included. */
export function cacheLength(cache: Cache | undefined): number {
  return cache?.mask[0]?.length ?? 0;
}

/** How many real tokens each question has in the cache: the next position of its rotation. */
export function nextPositions({ mask }: Cache): number[] {
  return mask.map((row) => row.reduce((sum, real) => sum + real, 0));
}

/** The cache of `times` copies of a batch, one after the other: each prefix can then be continued in several ways. */
export function repeatCache({ layers, mask }: Cache, times: number): Cache {
  const repeat = (tensor: tf.Tensor): tf.Tensor => tf.tile(tensor, [times, ...tensor.shape.slice(1).fill(1)]);
  return {
    layers: layers.map(
      (layer) =>
        Object.fromEntries(Object.entries(layer).map(([key, tensor]) => [key, repeat(tensor)])) as LayerCache,
    ),
    mask: Array.from({ length: times }, () => mask).flat(),
  };
}

/** The cache of some questions, in the order of `rows`; the whole one stays as it is. */
export function selectCache({ layers, mask }: Cache, rows: readonly number[]): Cache {
  const select = (layer: LayerCache): LayerCache =>
    Object.fromEntries(
      Object.entries(layer).map(([name, tensor]) => [name, takeRows(tensor as tf.Tensor, rows)]),
    ) as LayerCache;
  return { layers: layers.map(select), mask: rows.map((row) => mask[row]!) };
}

/** What was read of some questions, in the order of `rows`; the whole stays as it is. */
export function selectRows(
  { hidden, cache }: { hidden: tf.Tensor3D; cache: Cache },
  rows: readonly number[],
): { hidden: tf.Tensor3D; cache: Cache } {
  return { hidden: takeRows(hidden, rows), cache: selectCache(cache, rows) };
}

/** Some rows of a tensor whose first axis is the batch, as that of every kind of layer is. */
export function takeRows<T extends tf.Tensor>(tensor: T, rows: readonly number[]): T {
  return tf.tidy(() => tf.gather(tensor, tf.tensor1d([...rows], "int32"))) as T;
}

/** Frees the tensors of a cache. */
export function releaseCache({ layers }: Cache): void {
  release(layers.flatMap((layer) => Object.values(layer) as tf.Tensor[]));
}
