import { inspect } from "node:util";
import type { Question } from "../../agent/prompt";
import { DISPLAY, type MimeBundle } from "../../engine/bridge";
import type { SystemMedium } from "../system";
import type { TraceStep } from "./step";
import { traceHTML } from "./traceHTML";
import { traceText } from "./traceText";

/** The system that a trace is of, in a few words. */
export interface TracedSystem {
  style: string;
  /** The roles, in the order of their turns. */
  order: readonly string[];
  speaker: string;
  /** `"mixed"` where thoughts and words both cross; each turn's {@link Heard} tells. */
  medium: SystemMedium;
  latentSteps: number;
  /** By role. */
  agents: Readonly<Record<string, TracedAgent>>;
}

/** An agent of a traced system. */
export interface TracedAgent {
  name: string;
  family: string;
  hiddenSize: number;
}

/** What makes a {@link Trace}. */
export interface TraceParts {
  /** Of the question. */
  id: string;
  question: Question;
  gold: string;
  /** In the order of the turns. */
  steps: readonly TraceStep[];
  system: TracedSystem;
}

/**
 * What went on while one question was answered: plain data, which shows itself as a table.
 *
 * @example (await trace(mas, task.test[0])).steps[0].thoughts?.[0].norm
 */
export class Trace implements TraceParts {
  readonly id: string;
  readonly question: Question;
  readonly gold: string;
  readonly steps: readonly TraceStep[];
  readonly system: TracedSystem;

  constructor({ id, question, gold, steps, system }: TraceParts) {
    this.id = id;
    this.question = question;
    this.gold = gold;
    this.steps = steps;
    this.system = system;
  }

  /** What the speaker answered last; undefined if the run was stopped before. */
  get answer(): string | undefined {
    return this.steps.findLast(({ answer }) => answer !== undefined)?.answer;
  }

  /** How many rounds were begun. */
  get rounds(): number {
    return Math.max(0, ...this.steps.map(({ round }) => round));
  }

  /** Tokens decoded in all turns, messages and answer. */
  get tokens(): number {
    return this.steps.reduce((sum, { tokens }) => sum + tokens, 0);
  }

  /** Wall-clock time of all turns. */
  get seconds(): number {
    return this.steps.reduce((sum, { seconds }) => sum + seconds, 0);
  }

  toString(): string {
    return traceText(this);
  }

  [DISPLAY](): MimeBundle {
    return { "text/html": traceHTML(this), "text/plain": this.toString() };
  }

  [inspect.custom](): string {
    return String(this);
  }
}
