import type { EvaluationRow } from "../experiment/evaluation";
import type { RoundSeries } from "./roundCurves";
import { type Table, table } from "./table";

/** Evaluations under one name, such as latent beside text. */
export type EvaluationGroups = Readonly<Record<string, readonly EvaluationRow[]>>;

/**
 * Evaluations as a table, one line per name and round. Columns for uses of tools and for rounds saved are there where
 * there are any.
 *
 * @example evaluationTable({ latent: rows, text: otherRows })
 */
export function evaluationTable(
  groups: EvaluationGroups,
  { caption = "" }: { caption?: string } = {},
): Table {
  const rows = Object.entries(groups).flatMap(([name, list]) =>
    list.map(({ low, high, seconds, ...row }) => ({
      name,
      ...row,
      interval: `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}`,
      milliseconds: 1000 * seconds,
    })),
  );
  const all = Object.values(groups).flat();
  return table(rows, {
    caption,
    columns: [
      { key: "name", label: "system" },
      { key: "rounds" },
      { key: "questions" },
      { key: "accuracy", percent: true, digits: 1 },
      { key: "interval", label: "95 % interval", align: "right" },
      { key: "tokens", label: "tokens / question", digits: 1 },
      { key: "latentSteps", label: "latent steps / question", digits: 0 },
      ...(all.some(({ toolCalls }) => toolCalls > 0)
        ? [{ key: "toolCalls", label: "tool calls / question", digits: 2 }]
        : []),
      ...(all.some(({ rounds, roundsUsed }) => roundsUsed < rounds)
        ? [{ key: "roundsUsed", label: "rounds used", digits: 2 }]
        : []),
      { key: "milliseconds", label: "ms / question", digits: 1 },
    ],
  });
}

/** One line per name for `roundCurves`; accuracies carry their intervals. */
export function evaluationSeries(
  groups: EvaluationGroups,
  metric: "accuracy" | "tokens" | "seconds",
): RoundSeries[] {
  return Object.entries(groups).map(([label, rows]) => ({
    label,
    points: rows.map((row) => ({
      rounds: row.rounds,
      value: row[metric],
      ...(metric === "accuracy" ? { low: row.low, high: row.high } : {}),
    })),
  }));
}
