import { join } from "node:path";
import { checkCount } from "../engine/check";
import { AbortedError, type LoopControl, signalOf } from "../engine/control";
import { withProgress } from "../engine/progress";
import { checkSystem } from "../system/checkSystem";
import type { RecursiveSystem } from "../system/system";
import { questionsOf, type Task } from "../task/task";
import { type TrainOuterOptions, trainOuter } from "../training/outer";
import { answerExamples } from "./evaluate";

/** One cell of the train-depth × test-depth grid. */
export interface SweepCell {
  trainRounds: number;
  testRounds: number;
  correct: number;
  total: number;
}

/** Accuracy by rounds in training and rounds at test; `heatmap` draws it. */
export interface SweepGrid {
  trainRounds: number[];
  testRounds: number[];
  cells: SweepCell[];
  /** Losses of each training, by its rounds. */
  losses: Record<number, number[]>;
}

export interface SweepOptions extends Omit<TrainOuterOptions, "rounds" | "checkpoint"> {
  trainRounds?: readonly number[];
  testRounds?: readonly number[];
  /** Test questions per cell. Default all. */
  limit?: number;
  evaluationBatch?: number;
  /** Keeps the training of each row, so that a killed sweep goes on where it was. */
  checkpoint?: string;
}

/**
 * The paper's central figure: trains a copy of the system at each depth, from the same start, and tests each at every
 * depth. The system itself stays as it is.
 *
 * @throws AbortedError when stopped, with the finished cells as `partial`
 * @example heatmap(await sweepDepth(mas, task, { trainRounds: [1, 2, 3, 4], testRounds: [1, 2, 3, 4, 5] }))
 */
export async function sweepDepth(
  system: RecursiveSystem,
  task: Task,
  {
    trainRounds = [1, 2, 3, 4],
    testRounds = [1, 2, 3, 4],
    limit = questionsOf(task, "test").length,
    evaluationBatch = 64,
    checkpoint,
    ...training
  }: SweepOptions = {},
): Promise<SweepGrid> {
  checkSystem(system);
  for (const [name, depths] of Object.entries({ trainRounds, testRounds })) {
    checkCount(`the number of ${name}`, depths.length, `${name}: [1, 2, 3, 4]`);
    for (const rounds of depths) checkCount("rounds", rounds, `${name}: [1, 2, 3, 4]`);
  }
  for (const [name, value] of Object.entries({ limit, evaluationBatch })) checkCount(name, value);
  const { signal, onProgress } = training;
  const grid: SweepGrid = {
    trainRounds: [...trainRounds],
    testRounds: [...testRounds],
    cells: [],
    losses: {},
  };
  for (const rounds of trainRounds) {
    const copy = system.clone();
    try {
      const folder = checkpoint && join(checkpoint, `trained-at-${rounds}`);
      const run = await trainOuter(copy, task.train, { ...training, rounds, checkpoint: folder });
      grid.losses[rounds] = [...run.losses];
      const counts = await scoreDepths(copy, task, {
        testRounds,
        limit,
        batchSize: evaluationBatch,
        signal,
        onProgress,
      });
      for (const { correct, total, testRounds: test } of counts) {
        grid.cells.push({ trainRounds: rounds, testRounds: test, correct, total });
      }
    } catch (error) {
      if (!(error instanceof AbortedError)) throw error;
      const finished = `${grid.cells.length} of ${trainRounds.length * testRounds.length} cells are finished`;
      throw new AbortedError(
        `the sweep stopped at training depth ${rounds}; ${finished}${checkpoint ? ", and the same call goes on from there" : ""}`,
        grid,
      );
    } finally {
      copy.dispose();
    }
  }
  return grid;
}

/** Counts right answers at each test depth in a single run: the rounds of a shorter run are those of a longer one. */
export async function scoreDepths(
  system: RecursiveSystem,
  task: Task,
  {
    testRounds,
    limit = task.test.length,
    batchSize = 64,
    ...control
  }: { testRounds: readonly number[]; limit?: number; batchSize?: number } & LoopControl,
): Promise<{ testRounds: number; correct: number; total: number }[]> {
  const examples = task.test.slice(0, limit);
  const deepest = Math.max(...testRounds);
  const label = `testing at up to ${deepest} round${deepest > 1 ? "s" : ""}`;
  const correct = new Map(testRounds.map((rounds) => [rounds, 0]));
  await withProgress(control, { label, total: examples.length }, async (report) => {
    for (let from = 0; from < examples.length; from += batchSize) {
      const batch = examples.slice(from, from + batchSize);
      const { byRound } = await answerExamples(system, task, batch, {
        answerAt: testRounds,
        decoding: {},
        seed: 0,
        signal: signalOf(control),
      });
      for (const rounds of testRounds) {
        const right = batch.filter((example, b) => task.grade(byRound[rounds]![b]!.text, example)).length;
        correct.set(rounds, correct.get(rounds)! + right);
      }
      const done = from + batch.length;
      report(done, { accuracy: correct.get(deepest)! / done });
    }
  });
  return testRounds.map((rounds) => ({
    testRounds: rounds,
    correct: correct.get(rounds)!,
    total: examples.length,
  }));
}
