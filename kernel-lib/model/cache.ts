import { release } from "../engine/memory";
import type { tf } from "../engine/tf";

/** The keys and values of one layer, `[batch, kvHeads, time, headDim]`, keys already rotated. */
export interface LayerCache {
  keys: tf.Tensor4D;
  values: tf.Tensor4D;
}

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

/** Frees the tensors of a cache. */
export function releaseCache({ layers }: Cache): void {
  release(layers.flatMap(({ keys, values }) => [keys, values]));
}
