import { inspect } from "node:util";
import { DISPLAY, type MimeBundle } from "../engine/bridge";
import type { SystemMedium } from "../system/system";
import { type Interval, wilson } from "./interval";

/** One question as it was answered. */
export interface Answered {
  id: string;
  text: string;
  correct: boolean;
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
      seconds: this.secondsPerQuestion,
    };
  }

  toString(): string {
    if (this.total === 0) return `${this.medium}: no question answered`;
    const { low, high } = this.interval;
    const percent = (value: number): string => (100 * value).toFixed(1);
    return (
      `${this.medium}, ${this.rounds} round${this.rounds > 1 ? "s" : ""}: ${percent(this.accuracy)} % right of ` +
      `${this.total} (95 % interval ${percent(low)}–${percent(high)}), per question ` +
      `${this.tokensPerQuestion.toFixed(1)} tokens, ${this.latentStepsPerQuestion} latent steps, ` +
      `${(1000 * this.secondsPerQuestion).toFixed(1)} ms`
    );
  }

  [DISPLAY](): MimeBundle {
    return { "text/plain": this.toString() };
  }

  [inspect.custom](): string {
    return String(this);
  }
}
