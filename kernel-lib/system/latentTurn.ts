import { type Chunk, read } from "../agent/read";
import { think } from "../agent/think";
import type { tf } from "../engine/tf";
import { applyInnerLink } from "../link/innerLink";
import { applyOuterLink } from "../link/outerLink";
import type { Forward } from "../model/transformer";
import type { Links } from "./links";
import type { PreparedBatch } from "./prepare";
import { edgeName } from "./style";
import type { RecursiveSystem } from "./system";
import type { Turn } from "./turns";

/** The messages on their way: per edge, embeddings for the receiver, `[batch, m, d]`. */
export type LatentMail = Readonly<Record<string, tf.Tensor3D>>;

/** What the reader of a turn has before it, its slots filled with latents; differentiable in them. */
export function readLatentTurn(batch: PreparedBatch, turn: Turn, mail: LatentMail): Forward {
  const { agent, prefix, opening, recurring } = batch.agents[turn.role]!;
  const pieces = turn.inputs.length === 0 && opening ? opening : recurring;
  const chunks = pieces.map((piece): Chunk => {
    if ("rows" in piece) return { ids: piece.rows };
    const edge = turn.inputs.find(({ slot }) => slot === piece.slot)!;
    return { latents: mail[edgeName(edge)]! };
  });
  return read(agent.model, chunks, prefix);
}

/**
 * One latent turn: think m thoughts after what was read, and send them through the links.
 *
 * @returns the raw thoughts `[batch, m, d]`, and what each outgoing edge carries
 */
export function latentTurn(
  { latentSteps, composition }: Pick<RecursiveSystem, "latentSteps" | "composition">,
  links: Links,
  batch: PreparedBatch,
  turn: Turn,
  readSoFar: Forward,
): { thoughts: tf.Tensor3D; sent: LatentMail } {
  const inner = links.inner[turn.role]!;
  const thoughts = think(batch.agents[turn.role]!.agent.model, inner, readSoFar, { latentSteps });
  const carried = composition === "outer(h)" ? thoughts : applyInnerLink(inner, thoughts);
  const sent = turn.outputs.map((edge): [string, tf.Tensor3D] => {
    const name = edgeName(edge);
    return [name, applyOuterLink(links.outer[name]!, carried)];
  });
  return { thoughts, sent: Object.fromEntries(sent) };
}
