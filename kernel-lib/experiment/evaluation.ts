import { inspect } from "node:util";
import { DISPLAY, type MimeBundle } from "../engine/bridge";
import type { SystemMedium } from "../system/system";
import { type Interval, wilson } from "./interval";

/** One question as it was answered. */
export interface Answered {
  id: string;
  /** As it was graded. */
  text: string;
  correct: boolean;
  /** The round of the answer: the last, unless the question ended early. */
  roundsUsed: number;
  /** Uses of tools while the answer was written. */
  calls: number;
  facts: Readonly<Record<string, number>>;
}

/** An evaluation in figures; a stored one is as good as a fresh one. */
export interface EvaluationRow {
  rounds: number;
  questions: number;
  accuracy: number;
  /** Bounds of the 95 % Wilson interval. */
  low: number;
  high: number;
  /** Generated tokens per question. */
  tokens: number;
  /** Latent thoughts per question. */
  latentSteps: number;
  /** Rounds per question, fewer than `rounds` where questions ended early. */
  roundsUsed: number;
  /** Uses of tools per question. */
  toolCalls: number;
  /** Per question. */
  seconds: number;
}

/** The outcome of {@link evaluate}; shows itself as one line. */
export class Evaluation {
  constructor(
    readonly medium: SystemMedium,
    readonly rounds: number,
    readonly answers: readonly Answered[],
    /** Wall-clock seconds for all questions, from prompt to grade. */
    readonly seconds: number,
    /** Generated tokens per question: messages and answer. */
    readonly tokensPerQuestion: number,
    /** Latent thoughts per question. */
    readonly latentStepsPerQuestion: number,
  ) {}

  get total(): number {
    return this.answers.length;
  }

  get correct(): number {
    return this.answers.filter(({ correct }) => correct).length;
  }

  get accuracy(): number {
    return this.correct / this.total;
  }

  /** 95 % Wilson interval of the accuracy. */
  get interval(): Interval {
    return wilson(this.correct, this.total);
  }

  get secondsPerQuestion(): number {
    return this.seconds / this.total;
  }

  /** The mean round of the answer: {@link Answered} has that of each question. */
  get roundsUsed(): number {
    return this.#mean(({ roundsUsed }) => roundsUsed);
  }

  /** Uses of tools per question. */
  get toolCallsPerQuestion(): number {
    return this.#mean(({ calls }) => calls);
  }

  /** The figures as plain data, for tables, curves and {@link stored}. */
  toRow(): EvaluationRow {
    const { low, high } = this.interval;
    return {
      rounds: this.rounds,
      questions: this.total,
      accuracy: this.accuracy,
      low,
      high,
      tokens: this.tokensPerQuestion,
      latentSteps: this.latentStepsPerQuestion,
      roundsUsed: this.roundsUsed,
      toolCalls: this.toolCallsPerQuestion,
      seconds: this.secondsPerQuestion,
    };
  }

  toString(): string {
    if (this.total === 0) return `${this.medium}: no question answered`;
    const { low, high } = this.interval;
    const percent = (value: number): string => (100 * value).toFixed(1);
    const early = this.roundsUsed < this.rounds ? `stopped after ${this.roundsUsed.toFixed(1)} of ` : "";
    const calls = this.toolCallsPerQuestion;
    return (
      `${this.medium}, ${early}${this.rounds} round${this.rounds > 1 ? "s" : ""}: ${percent(this.accuracy)} % right of ` +
      `${this.total} (95 % interval ${percent(low)}–${percent(high)}), per question ` +
      `${this.tokensPerQuestion.toFixed(1)} tokens, ${Number(this.latentStepsPerQuestion.toFixed(1))} latent steps, ` +
      `${calls > 0 ? `${calls.toFixed(1)} tool calls, ` : ""}` +
      `${(1000 * this.secondsPerQuestion).toFixed(1)} ms`
    );
  }

  #mean(of: (answer: Answered) => number): number {
    return this.answers.reduce((sum, answer) => sum + of(answer), 0) / this.total;
  }

  [DISPLAY](): MimeBundle {
    return { "text/plain": this.toString() };
  }

  [inspect.custom](): string {
    return String(this);
  }
}
