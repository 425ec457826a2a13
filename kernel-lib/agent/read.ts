import { tf } from "../engine/tf";
import type { Cache } from "../model/cache";
import { embed, type Forward, forward, type Model } from "../model/transformer";

/** Something to read next, for a batch of questions: token ids (rows may differ in length) or latents `[batch, m, d]`. */
export type Chunk = { ids: readonly (readonly number[])[] } | { latents: tf.Tensor3D };

/**
 * Reads chunks one after another in a single forward pass; ids are padded on the left of their chunk.
 *
 * @returns post-norm hidden states of what was read, and the cache continued by it
 */
export function read(model: Model, chunks: readonly Chunk[], cache?: Cache): Forward {
  const parts = chunks.map((chunk) => ("ids" in chunk ? padLeft(model, chunk.ids) : whole(chunk.latents)));
  const mask = parts[0]!.mask.map((_, b) => Uint8Array.from(parts.flatMap((part) => [...part.mask[b]!])));
  const embeddings =
    parts.length === 1
      ? parts[0]!.embeddings
      : tf.concat(
          parts.map((p) => p.embeddings),
          1,
        );
  return forward(model, embeddings, { mask, cache });
}

interface Part {
  embeddings: tf.Tensor3D;
  mask: Uint8Array[];
}

function padLeft(model: Model, rows: readonly (readonly number[])[]): Part {
  const width = Math.max(...rows.map((row) => row.length));
  // a padded position is never looked at, so any id will do
  const ids = rows.map((row) => [...new Array<number>(width - row.length).fill(0), ...row]);
  const mask = rows.map((row) => new Uint8Array(width).fill(1, width - row.length));
  return { embeddings: embed(model, ids), mask };
}

function whole(latents: tf.Tensor3D): Part {
  const [batch, time] = latents.shape;
  return { embeddings: latents, mask: Array.from({ length: batch }, () => new Uint8Array(time).fill(1)) };
}

/** The hidden state at the last position, `[batch, time, d]` → `[batch, 1, d]`. */
export function lastHidden(hidden: tf.Tensor3D): tf.Tensor3D {
  const [batch, time, d] = hidden.shape;
  return time === 1 ? hidden : tf.slice(hidden, [0, time - 1, 0], [batch, 1, d]);
}
