import { release } from "../../engine/memory";
import { tf } from "../../engine/tf";
import { type Edge, edgeName } from "../style";
import { arrival, type Turn } from "../turns";

/** What crosses an edge: embeddings for the receiver, `[batch, m, d]`, or one text per question. */
export type Message = tf.Tensor3D | readonly string[];

/** The messages on their way, each under the edge and the round in which it is read. */
export type Mail = Readonly<Record<string, Message>>;

/** Where the mail keeps what an edge brings to a turn. */
export const inbox = (edge: Edge, { round }: Pick<Turn, "round">): string => `${edgeName(edge)} ${round}`;

/** Where the mail keeps what an edge takes from a turn. */
export const outbox = (edge: Edge, { round }: Pick<Turn, "round">): string =>
  inbox(edge, { round: arrival(edge, round) });

/** The mail without what a turn has read, which is freed: a message is read once. */
export function withoutRead(mail: Mail, turn: Turn): Mail {
  const read = new Set(turn.inputs.map((edge) => inbox(edge, turn)));
  releaseMail(Object.fromEntries(Object.entries(mail).filter(([key]) => read.has(key))));
  return Object.fromEntries(Object.entries(mail).filter(([key]) => !read.has(key)));
}

/** Frees the latents in the mail. */
export function releaseMail(mail: Mail): void {
  release(Object.values(mail).filter((message) => message instanceof tf.Tensor));
}
