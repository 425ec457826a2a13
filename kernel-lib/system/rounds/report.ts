import type { tf } from "../../engine/tf";
import type { ToolCall } from "../../tool/tool";
import type { Turn } from "../turns";

export type { ToolCall } from "../../tool/tool";

/** One decoded text and what it cost. */
export interface Utterance {
  /** What was said; where tools were used, what was said after the last result. */
  text: string;
  /** Generated tokens, the end token included; results cost none. */
  tokens: number;
  /** The tools that were used on the way, in order. */
  calls?: readonly ToolCall[];
  /** Where tools were used: all that was written, results included. */
  whole?: string;
}

/**
 * What an observer of a run is told after each turn: once for every question. Where some questions end early in a turn,
 * there is a report of those and one of those that go on.
 */
export interface TurnReport {
  turn: Turn;
  /** Where a message leaves as text: what each question's agent said to the next. */
  said?: readonly Utterance[];
  /** Where a message leaves as latents: the raw thoughts `[batch, m, d]`, freed after the call. */
  thoughts?: tf.Tensor3D;
  /** Where the agent answered in this turn: what it answered. */
  answers?: readonly Utterance[];
  /** Which questions of the batch the rows are, by their place in it. */
  questions: readonly number[];
  /** Wall-clock time of the turn. */
  seconds: number;
}
