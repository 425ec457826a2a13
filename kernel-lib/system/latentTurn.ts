import { think } from "../agent/think";
import type { tf } from "../engine/tf";
import { applyInnerLink } from "../link/innerLink";
import { applyOuterLink } from "../link/outerLink";
import type { Forward } from "../model/transformer";
import type { Links } from "./links";
import type { PreparedBatch } from "./prepare";
import { outbox } from "./rounds/mail";
import { edgeName } from "./style";
import type { RecursiveSystem } from "./system";
import type { Turn } from "./turns";

/** The latent messages on their way, each under the edge and the round in which it is read: `[batch, m, d]`. */
export type LatentMail = Readonly<Record<string, tf.Tensor3D>>;

/**
 * One latent turn: think m thoughts after what was read, and send them through the links.
 *
 * @returns the raw thoughts `[batch, m, d]`, and what each outgoing edge of `turn` carries
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
    return [outbox(edge, turn), applyOuterLink(links.outer[edgeName(edge)]!, carried)];
  });
  return { thoughts, sent: Object.fromEntries(sent) };
}
