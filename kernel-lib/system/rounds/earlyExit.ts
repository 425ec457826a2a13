import { checkCount, checkOptions, checkPositive, shown } from "../../engine/check";
import { nearest } from "../../engine/nearest";
import type { tf } from "../../engine/tf";
import { edgeName } from "../style";
import type { RecursiveSystem } from "../system";
import type { Utterance } from "./report";

/** When a question needs no more rounds; with both criteria, either ends it. */
export interface EarlyExit {
  /**
   * When the answer is the same as in the round before. The speaker then answers in every round, and those tokens are
   * charged; where text is sampled, they also use up random numbers.
   */
  answer?: boolean;
  /**
   * When the speaker's thoughts have moved by less than this since the round before: 1 − cosine, averaged over the m
   * thoughts of a turn.
   */
  latents?: number;
  /** How many rounds on end it has to hold. Default 1. */
  patience?: number;
}

const FIELDS: readonly (keyof EarlyExit)[] = ["answer", "latents", "patience"];

/** Throws unless a system can end early in this way. */
export function checkEarlyExit(system: RecursiveSystem, exit: EarlyExit): void {
  checkOptions("earlyExit", exit, "earlyExit: { answer: true }");
  const stranger = Object.keys(exit).find((key) => !FIELDS.includes(key as keyof EarlyExit));
  if (stranger !== undefined) {
    throw new TypeError(
      `earlyExit has ${shown(stranger)}; it can have ${FIELDS.join(", ")}. Try ${nearest(stranger, FIELDS)}.`,
    );
  }
  const { answer, latents, patience = 1 } = exit;
  checkCount("earlyExit.patience", patience, "patience: 2");
  if (answer !== undefined && typeof answer !== "boolean") {
    throw new TypeError(`earlyExit.answer is ${shown(answer)}; it must be true or false. Try answer: true.`);
  }
  if (latents !== undefined) checkPositive("earlyExit.latents", latents, "latents: 0.01");
  if (!answer && latents === undefined) {
    throw new Error(
      `earlyExit is ${shown(exit)}, which says nothing to stop for. Try earlyExit: { answer: true }.`,
    );
  }
  if (latents === undefined) return;
  const { style, medium } = system;
  const thinks = style.edges.some(
    (edge) => edge.from === style.speaker && system.mediumOf(edgeName(edge)) === "latent",
  );
  if (thinks) return;
  throw new Error(
    `earlyExit.latents compares thoughts of the ${style.speaker}, which has none to hand on (the medium is ` +
      `${medium}). Try earlyExit: { answer: true }.`,
  );
}

/** Looks at each round's answers and thoughts, and says which questions have come to rest. */
export class Watch {
  readonly answer: boolean;
  readonly latents: number | undefined;
  readonly #patience: number;
  /** By question. */
  readonly #texts = new Map<number, { text: string; calm: number }>();
  readonly #states = new Map<number, { state: Float32Array; calm: number }>();

  constructor({ answer = false, latents, patience = 1 }: EarlyExit) {
    this.answer = answer;
    this.latents = latents;
    this.#patience = patience;
  }

  /** The rows whose questions have been answered alike for long enough. */
  afterAnswers(questions: readonly number[], answers: readonly Utterance[]): number[] {
    return rowsWhere(questions, (question, row) => {
      const { text } = answers[row]!;
      const before = this.#texts.get(question);
      const calm = before?.text === text ? before.calm + 1 : 0;
      this.#texts.set(question, { text, calm });
      return this.answer && calm >= this.#patience;
    });
  }

  /** The rows whose questions' thoughts, `[batch, m, d]`, have hardly moved for long enough. */
  async afterThoughts(questions: readonly number[], thoughts: tf.Tensor3D): Promise<number[]> {
    const { latents } = this;
    if (latents === undefined) return [];
    const [, m, d] = thoughts.shape;
    const data = (await thoughts.data()) as Float32Array;
    return rowsWhere(questions, (question, row) => {
      const state = data.slice(row * m * d, (row + 1) * m * d);
      const before = this.#states.get(question);
      const calm = before && movement(before.state, state, d) < latents ? before.calm + 1 : 0;
      this.#states.set(question, { state, calm });
      return calm >= this.#patience;
    });
  }
}

function rowsWhere(questions: readonly number[], hold: (question: number, row: number) => boolean): number[] {
  const held = questions.map(hold);
  return questions.flatMap((_, row) => (held[row] ? [row] : []));
}

/** 1 − cosine of thoughts of width `d`, averaged over them. */
function movement(before: Float32Array, after: Float32Array, d: number): number {
  const count = after.length / d;
  let sum = 0;
  for (let from = 0; from < after.length; from += d) {
    let [dot, one, other] = [0, 0, 0];
    for (let i = from; i < from + d; i++) {
      dot += before[i]! * after[i]!;
      one += before[i]! ** 2;
      other += after[i]! ** 2;
    }
    sum += 1 - dot / Math.sqrt(one * other || 1);
  }
  return sum / count;
}
