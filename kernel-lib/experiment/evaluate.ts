import type { Decoding } from "../agent/speak";
import { checkCount } from "../engine/check";
import { AbortedError, type LoopControl, signalOf } from "../engine/control";
import { withProgress } from "../engine/progress";
import { random } from "../engine/random";
import { answerBatch, type BatchAnswers, type EarlyExit } from "../system/answer";
import { checkSystem } from "../system/checkSystem";
import { prepareBatch, releaseBatch } from "../system/prepare";
import { checkEarlyExit } from "../system/rounds/earlyExit";
import type { RecursiveSystem } from "../system/system";
import { type Example, questionsOf, type Task } from "../task/task";
import type { Evaluation } from "./evaluation";
import { Tally } from "./tally";

/** How a system is examined. */
export interface EvaluateOptions extends LoopControl {
  /** Rounds of recursion. Default 3. */
  rounds?: number;
  /** Default `"test"`. */
  split?: "train" | "test";
  /** Only the first so many questions. Default all. */
  limit?: number;
  /** Questions that run together. Default 16, as in the released code. */
  batchSize?: number;
  /** Default greedy. */
  decoding?: Decoding;
  /** Of sampled decoding; each question has its own stream, so batches do not matter. Default 0. */
  seed?: number;
  /** Lets a question end before the last round, once its answer or its speaker's thoughts stay as they are. Default off. */
  earlyExit?: EarlyExit;
}

/**
 * Lets a system answer a task's questions and grades them.
 *
 * @throws RangeError on wrong options; AbortedError when stopped, with the questions answered so far as `partial`
 * @example await evaluate(mas, task, { rounds: 3 })
 * @example await evaluate(mas, task, { rounds: 8, earlyExit: { latents: 0.01 } }) // … stopped after 2.3 of 8 rounds
 */
export async function evaluate(
  system: RecursiveSystem,
  task: Task,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  try {
    const [evaluation] = await evaluateTogether([system], task, options);
    return evaluation!;
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
    const [partial] = error.partial as Evaluation[];
    throw new AbortedError(error.message, partial);
  }
}

/**
 * Evaluates several systems on the same questions, batch by batch in turn, so that their times compare.
 *
 * @throws as {@link evaluate}; `partial` is a list, one evaluation per system
 * @example const [latent, text] = await evaluateTogether([mas, mas.withMedium("text")], task, { rounds: 3 })
 */
export async function evaluateTogether(
  systems: readonly RecursiveSystem[],
  task: Task,
  {
    rounds = 3,
    split = "test",
    limit = questionsOf(task, split).length,
    batchSize = 16,
    decoding = {},
    seed = 0,
    earlyExit,
    ...control
  }: EvaluateOptions = {},
): Promise<Evaluation[]> {
  for (const system of systems) checkSystem(system);
  for (const [name, value] of Object.entries({ rounds, limit, batchSize })) checkCount(name, value);
  const examples = questionsOf(task, split).slice(0, limit);
  if (earlyExit) for (const system of systems) checkEarlyExit(system, earlyExit);
  const tallies = systems.map((system) => new Tally(system.medium, rounds));
  const signal = signalOf(control);
  const label = `answering at ${rounds} round${rounds > 1 ? "s" : ""}`;
  try {
    await withProgress(control, { label, total: examples.length }, async (report) => {
      for (let from = 0; from < examples.length; from += batchSize) {
        const batch = examples.slice(from, from + batchSize);
        for (const [i, system] of systems.entries()) {
          const began = performance.now();
          const answers = await answerExamples(system, task, batch, {
            answerAt: [rounds],
            decoding,
            seed,
            earlyExit,
            signal,
          });
          tallies[i]!.add(task, batch, answers, (performance.now() - began) / 1000);
        }
        report(from + batch.length, { accuracy: tallies[0]!.accuracy });
      }
    });
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
    const partial = tallies.map((tally) => tally.finish());
    throw new AbortedError(
      `evaluation stopped after ${partial[0]!.total} of ${examples.length} questions, whose answers are kept`,
      partial,
    );
  }
  return tallies.map((tally) => tally.finish());
}

/** Prepares, answers and frees one batch. */
export async function answerExamples(
  system: RecursiveSystem,
  task: Task,
  examples: readonly Example[],
  {
    answerAt,
    decoding,
    seed,
    earlyExit,
    signal,
  }: {
    answerAt: readonly number[];
    decoding: Decoding;
    seed: number;
    earlyExit?: EarlyExit;
    signal?: AbortSignal;
  },
): Promise<BatchAnswers> {
  const prepared = prepareBatch(
    system,
    examples.map(({ question }) => question),
  );
  try {
    return await answerBatch(system, prepared, {
      answerAt,
      maxNewTokens: task.maxNewTokens,
      decoding,
      randoms: examples.map(({ id }) => random(seed, "decode", id)),
      earlyExit,
      signal,
    });
  } finally {
    releaseBatch(prepared);
  }
}
