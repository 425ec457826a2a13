import type { tf } from "../../engine/tf";
import type { Turn } from "../turns";

/** One use of a tool while an answer was written. */
export interface ToolCall {
  tool: string;
  input: string;
  output: string;
  failed: boolean;
  seconds: number;
}

/** One decoded text and what it cost. */
export interface Utterance {
  text: string;
  /** Generated tokens, the end token included. */
  tokens: number;
  /** The tools that were used on the way, in order. */
  calls?: readonly ToolCall[];
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
