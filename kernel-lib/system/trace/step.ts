import type { ToolCall } from "../rounds/report";
import type { Medium } from "../system";

/** A token that a thought reads as, with its probability under the output embedding. */
export interface Reading {
  token: string;
  probability: number;
}

/** One latent thought h. */
export interface Thought {
  /** The tokens it is nearest to, the likeliest first. */
  readings: readonly Reading[];
  /** h itself, `[d]`, raw: after the final norm and before any link. */
  vector: Float32Array;
  /** ‖h‖. */
  norm: number;
  /** Its cosine to the thought at the same place in the same agent's turn of the round before; null if there is none. */
  cosine: number | null;
}

/** What filled a slot of a prompt. */
export interface Heard {
  slot: string;
  from: string;
  /** The round in which it was thought or said. */
  round: number;
  medium: Medium;
}

/** One turn of one question. */
export interface TraceStep {
  round: number;
  role: string;
  /** The prompt as it was read, special tokens included; a slot is shown as `«plan ← planner: …»`. */
  prompt: string;
  heard: readonly Heard[];
  /** Latent messages: the thoughts handed on, in their order. */
  thoughts?: readonly Thought[];
  /** Messages in words: what was said. */
  said?: string;
  /** What was answered in this turn. */
  answer?: string;
  /** Tools used in this turn, in order. */
  calls: readonly ToolCall[];
  /** Tokens decoded in this turn, end tokens included. */
  tokens: number;
  /** Wall-clock time of the turn; of a batch, the question's share. */
  seconds: number;
}

/** A thought as it is recorded: the rest of a {@link Thought} follows from these. */
export type RawThought = Pick<Thought, "readings" | "vector">;

/** Adds norms, and cosines to the round before, to an agent's thoughts of one turn. */
export function measured(thoughts: readonly RawThought[], before: readonly RawThought[] = []): Thought[] {
  return thoughts.map(({ readings, vector }, m) => {
    const norm = Math.sqrt(dot(vector, vector));
    const last = before[m]?.vector;
    const cosine = last ? dot(vector, last) / (norm * Math.sqrt(dot(last, last))) : null;
    return { readings, vector, norm, cosine };
  });
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
