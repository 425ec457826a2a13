import { type Chunk, read } from "../../agent/read";
import { tf } from "../../engine/tf";
import { releaseCache } from "../../model/cache";
import type { Forward } from "../../model/transformer";
import type { BatchPiece, PreparedBatch } from "../prepare";
import { opens, type Turn } from "../turns";
import { inbox, type Mail } from "./mail";

/** What the reader of a turn has before it, its slots filled with its mail; differentiable in the latents among it. */
export function readTurn(batch: PreparedBatch, turn: Turn, mail: Mail): Forward {
  const { agent, prefix, opening, recurring } = batch.agents[turn.role]!;
  const pieces: readonly BatchPiece[] = opens(turn) && opening ? opening : recurring;
  const chunks = pieces.map((piece): Chunk => {
    if ("rows" in piece) return { ids: piece.rows };
    const edge = turn.inputs.find(({ slot }) => slot === piece.slot)!;
    const message = mail[inbox(edge, turn)]!;
    if (message instanceof tf.Tensor) return { latents: message };
    const rows = message.map((text) => agent.tokenizer.encode(text));
    // a silent predecessor still takes a position, or there would be no last state to go on from
    return { ids: rows.map((row) => (row.length > 0 ? row : [agent.stopIds[0]!])) };
  });
  return read(agent.model, chunks, prefix);
}

/** Something read outside of any gradient; `free` gives back what it took. */
export interface Held {
  forward: Forward;
  free: () => void;
}

/** Makes a forward pass that outlives its `tf.tidy`. */
export function held(make: () => Forward): Held {
  let mask: Forward["cache"]["mask"] = [];
  // tidy walks into what it gets back, so the mask goes around it
  const { hidden, layers } = tf.tidy(() => {
    const { hidden, cache } = make();
    mask = cache.mask;
    return { hidden, layers: cache.layers.map((layer) => ({ ...layer })) };
  });
  const cache = { layers, mask };
  return {
    forward: { hidden, cache },
    free: () => {
      hidden.dispose();
      releaseCache(cache);
    },
  };
}
