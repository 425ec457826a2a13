import { tf } from "../../engine/tf";
import { selectCache, takeRows } from "../../model/cache";
import type { BatchPiece, PreparedAgent, PreparedBatch } from "../prepare";
import type { Mail, Message } from "./mail";

/** The elements at some places, in their order. */
export const pick = <T>(list: readonly T[], places: readonly number[]): T[] =>
  places.map((place) => list[place]!);

/** Some questions of a prepared batch, as a batch of its own: freeing one leaves the other whole. */
export function selectQuestions({ agents }: PreparedBatch, places: readonly number[]): PreparedBatch {
  const select = ({ agent, prefix, opening, recurring }: PreparedAgent): PreparedAgent => ({
    agent,
    prefix: prefix && selectCache(prefix, places),
    opening: opening && selectPieces(opening, places),
    recurring: selectPieces(recurring, places),
  });
  return {
    agents: Object.fromEntries(Object.entries(agents).map(([role, prepared]) => [role, select(prepared)])),
    size: places.length,
  };
}

/** Some questions' mail; the mail itself stays as it is. */
export function selectMail(mail: Mail, places: readonly number[]): Mail {
  const select = (message: Message): Message =>
    message instanceof tf.Tensor ? takeRows(message, places) : pick(message, places);
  return Object.fromEntries(Object.entries(mail).map(([key, message]) => [key, select(message)]));
}

function selectPieces(pieces: readonly BatchPiece[], places: readonly number[]): BatchPiece[] {
  return pieces.map((piece) => ("rows" in piece ? { rows: pick(piece.rows, places) } : piece));
}
