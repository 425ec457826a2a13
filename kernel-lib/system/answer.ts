import type { Decoding } from "../agent/speak";
import { breathe } from "../engine/control";
import type { Random } from "../engine/random";
import type { PreparedBatch } from "./prepare";
import { checkEarlyExit, type EarlyExit, Watch } from "./rounds/earlyExit";
import { type BatchAnswers, Ledger } from "./rounds/ledger";
import { playTurn } from "./rounds/playTurn";
import type { TurnReport } from "./rounds/report";
import { Rows } from "./rounds/rows";
import type { RecursiveSystem } from "./system";
import { turns } from "./turns";

export type { EarlyExit } from "./rounds/earlyExit";
export type { BatchAnswers } from "./rounds/ledger";
export type { ToolCall, TurnReport, Utterance } from "./rounds/report";

/** How a batch is answered. */
export interface AnswerOptions {
  /** Answer after each of these rounds; the largest is how many are run. */
  answerAt: readonly number[];
  maxNewTokens: number;
  decoding?: Decoding;
  /** One stream of random numbers per question, where text is sampled. */
  randoms?: readonly Random[];
  /** Lets each question end by itself, before the last round. Default: none does. */
  earlyExit?: EarlyExit;
  observe?: (report: TurnReport) => Promise<void> | void;
  signal?: AbortSignal;
}

/** Runs the rounds of a system on a prepared batch, each edge in its medium. */
export async function answerBatch(
  system: RecursiveSystem,
  batch: PreparedBatch,
  options: AnswerOptions,
): Promise<BatchAnswers> {
  const { answerAt, earlyExit, signal } = options;
  if (earlyExit) checkEarlyExit(system, earlyExit);
  const last = Math.max(...answerAt);
  const ledger = new Ledger(batch.size, answerAt);
  const rows = new Rows(batch);
  const watch = earlyExit && new Watch(earlyExit);
  // with a watch, every turn of the speaker counts, since it may be the last
  const rounds = earlyExit ? Array.from({ length: last }, (_, i) => i + 1) : answerAt;
  try {
    for (const turn of turns(system.style, rounds)) {
      await breathe(signal);
      const answers = turn.answers && answerAt.includes(turn.round);
      const watched = turn.role === system.style.speaker && turn.round < last ? watch : undefined;
      await playTurn({ system, options, rows, ledger, watch: watched }, { ...turn, answers });
      if (rows.questions.length === 0) break;
    }
  } finally {
    rows.release();
  }
  const { byRound, messageTokens, answerTokens, latentSteps, roundsUsed } = ledger;
  return { byRound, messageTokens, answerTokens, latentSteps, roundsUsed };
}
