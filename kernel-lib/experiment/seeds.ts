import { checkCount } from "../engine/check";
import { AbortedError } from "../engine/control";
import type { EvaluationRow } from "./evaluation";

/** One figure over several runs. */
export interface Spread {
  mean: number;
  /** Standard deviation of the runs (n − 1); 0 of a single run. */
  deviation: number;
  least: number;
  most: number;
}

/** What several runs of one system, at one number of rounds, come to. */
export interface SeedRow {
  rounds: number;
  /** Of each run. */
  questions: number;
  runs: number;
  accuracy: Spread;
  /** Means over the runs, per question. */
  tokens: number;
  latentSteps: number;
  roundsUsed: number;
  toolCalls: number;
  seconds: number;
}

/** Rows under the names of systems. */
export type SeedGroups = Readonly<Record<string, readonly SeedRow[]>>;

/** Mean, standard deviation, least and most of a list of at least one number. */
export function spreadOf(values: readonly number[]): Spread {
  checkCount("the number of values", values.length, "spreadOf([0.9, 1])");
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mean,
    deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0,
    least: Math.min(...values),
    most: Math.max(...values),
  };
}

/**
 * Runs an experiment once per seed, one after the other, and puts the evaluations of the same name and rounds together.
 *
 * @param run makes what is random from its seed, and gives evaluations by name
 * @throws AbortedError when stopped, with the groups of the finished seeds as `partial`
 * @example
 * const groups = await overSeeds([0, 1, 2], async (seed) => {
 *   const mas = await sequential(agents, { seed });
 *   await warmStart(mas, task.train, { seed });
 *   const row = (await evaluate(mas, task, { rounds: 3 })).toRow();
 *   mas.dispose();
 *   return { latent: [row] };
 * });
 * seedTable(groups)
 */
export async function overSeeds(
  seeds: readonly number[],
  run: (seed: number) => Promise<Readonly<Record<string, readonly EvaluationRow[]>>>,
): Promise<SeedGroups> {
  checkCount("the number of seeds", seeds.length, "[0, 1, 2]");
  const runs: Readonly<Record<string, readonly EvaluationRow[]>>[] = [];
  for (const seed of seeds) {
    try {
      runs.push(await run(seed));
    } catch (error) {
      if (!(error instanceof AbortedError)) throw error;
      const done = `${runs.length} of ${seeds.length} seeds are finished`;
      throw new AbortedError(
        `stopped at seed ${seed}; ${done}`,
        runs.length > 0 ? together(runs) : undefined,
      );
    }
  }
  return together(runs);
}

function together(runs: readonly Readonly<Record<string, readonly EvaluationRow[]>>[]): SeedGroups {
  const names = [...new Set(runs.flatMap((groups) => Object.keys(groups)))];
  return Object.fromEntries(
    names.map((name) => {
      const rows = runs.flatMap((groups) => groups[name] ?? []);
      const depths = [...new Set(rows.map(({ rounds }) => rounds))];
      return [name, depths.map((depth) => seedRow(rows.filter(({ rounds }) => rounds === depth)))];
    }),
  );
}

function seedRow(rows: readonly EvaluationRow[]): SeedRow {
  const mean = (key: "tokens" | "latentSteps" | "roundsUsed" | "toolCalls" | "seconds"): number =>
    spreadOf(rows.map((row) => row[key])).mean;
  return {
    rounds: rows[0]!.rounds,
    questions: rows[0]!.questions,
    runs: rows.length,
    accuracy: spreadOf(rows.map(({ accuracy }) => accuracy)),
    tokens: mean("tokens"),
    latentSteps: mean("latentSteps"),
    roundsUsed: mean("roundsUsed"),
    toolCalls: mean("toolCalls"),
    seconds: mean("seconds"),
  };
}
