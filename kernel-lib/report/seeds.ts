import type { SeedGroups } from "../experiment/seeds";
import type { RoundSeries } from "./roundCurves";
import { type Column, type Table, table } from "./table";

/**
 * Runs with several seeds as a table: mean accuracy with standard deviation, least and most, and mean costs. Columns for
 * uses of tools and for rounds saved are there where there are any.
 *
 * @example seedTable(await overSeeds([0, 1, 2], run), { caption: "small stand-in agents" })
 */
export function seedTable(groups: SeedGroups, { caption = "" }: { caption?: string } = {}): Table {
  const percent = (value: number): string => (100 * value).toFixed(1);
  const rows = Object.entries(groups).flatMap(([name, list]) =>
    list.map(({ accuracy, seconds, ...row }) => ({
      name,
      ...row,
      accuracy: `${percent(accuracy.mean)} ± ${percent(accuracy.deviation)} %`,
      range: `${percent(accuracy.least)}–${percent(accuracy.most)}`,
      milliseconds: 1000 * seconds,
    })),
  );
  const all = Object.values(groups).flat();
  const optional: Column[] = [
    ...(all.some(({ toolCalls }) => toolCalls > 0)
      ? [{ key: "toolCalls", label: "tool calls / question", digits: 2 }]
      : []),
    ...(all.some(({ rounds, roundsUsed }) => roundsUsed < rounds)
      ? [{ key: "roundsUsed", label: "rounds used", digits: 2 }]
      : []),
  ];
  return table(rows, {
    caption,
    columns: [
      { key: "name", label: "system" },
      { key: "rounds" },
      { key: "runs", label: "seeds" },
      { key: "questions", label: "questions each" },
      { key: "accuracy", align: "right" },
      { key: "range", label: "least–most, %", align: "right" },
      { key: "tokens", label: "tokens / question", digits: 1 },
      { key: "latentSteps", label: "latent steps / question", digits: 0 },
      ...optional,
      { key: "milliseconds", label: "ms / question", digits: 1 },
    ],
  });
}

/** One line per name for `roundCurves`: mean accuracies, with a band from the least to the most. */
export function seedSeries(groups: SeedGroups): RoundSeries[] {
  return Object.entries(groups).map(([label, rows]) => ({
    label,
    points: rows.map(({ rounds, accuracy: { mean, least, most } }) => ({
      rounds,
      value: mean,
      low: least,
      high: most,
    })),
  }));
}
