import type { Data } from "plotly.js";
import { shown } from "../engine/check";
import { wilson } from "../experiment/interval";
import { type Provenance, stamp } from "../experiment/provenance";
import { type Figure, figure } from "./figure";
import { textTable } from "./textTable";
import { inkOn, MUTED, SEQUENTIAL } from "./theme";

/** Accuracy by rounds in training and rounds at test: the shape of the paper's Figure 1. */
export interface DepthGrid {
  trainRounds: number[];
  testRounds: number[];
  /** In any order; a pair that is missing is left blank. */
  cells: { trainRounds: number; testRounds: number; correct: number; total: number }[];
  title?: string;
  subtitle?: string;
  caption?: string;
  provenance?: Provenance;
}

export interface HeatmapOptions {
  /** Accuracy at the two ends of the colour scale, 0 to 1. Default: what the cells span, with some room below. */
  range?: [number, number];
  /** Digits after the point of the percentages in the cells. Default: 0 or 1, by the size of the test. */
  digits?: number;
  /** Leave out the intervals, for numbers whose `total` is not a number of questions. */
  interval?: boolean;
}

/**
 * Draws accuracy by training depth (upwards) and test depth (to the right); hover tells the 95 % Wilson interval.
 *
 * @throws if no cell lies in the grid
 * @example heatmap(await sweepDepth(mas, task, { trainRounds: [1, 2, 3], testRounds: [1, 2, 3] }))
 */
export function heatmap(grid: DepthGrid, { range, digits, interval = true }: HeatmapOptions = {}): Figure {
  checkGrid(grid);
  const { trainRounds, testRounds, cells, provenance } = grid;
  const {
    title = "Accuracy by depth of recursion",
    subtitle = "rounds in training against rounds at test",
    caption,
  } = grid;
  const rows = trainRounds.map((train) =>
    testRounds.map((test) => cells.find((cell) => cell.trainRounds === train && cell.testRounds === test)),
  );
  const values = rows.map((row) => row.map((cell) => (cell ? cell.correct / cell.total : null)));
  const known = values.flat().filter((value): value is number => value !== null);
  if (!known.length) {
    throw new Error(
      `the grid has no cell for any of its trainRounds [${trainRounds}] and testRounds [${testRounds}]. ` +
        "Try the grid that sweepDepth() returns.",
    );
  }
  const [low, high] = range ?? spread(known);
  const shown = digits ?? (Math.max(...cells.map(({ total }) => total)) >= 1000 || high - low < 0.15 ? 1 : 0);
  const percent = (value: number) => `${(100 * value).toFixed(shown)}`;
  const hover = rows.map((row) =>
    row.map((cell) => {
      if (!cell) return "";
      const head = `<b>${percent(cell.correct / cell.total)} %</b>`;
      if (!interval) return head;
      const bounds = wilson(cell.correct, cell.total);
      return `${head}, 95 % interval ${percent(bounds.low)} to ${percent(bounds.high)} %<br>${cell.correct} of ${cell.total} right`;
    }),
  );
  const trace = {
    type: "heatmap",
    x: testRounds.map(String),
    y: trainRounds.map(String),
    z: values,
    customdata: hover,
    hovertemplate: "trained with %{y}, tested with %{x}<br>%{customdata}<extra></extra>",
    hoverongaps: false,
    colorscale: SEQUENTIAL,
    zmin: low,
    zmax: high,
    xgap: 3,
    ygap: 3,
    colorbar: {
      title: { text: "accuracy", side: "right", font: { size: 13 } },
      tickformat: ".0%",
      thickness: 12,
      len: 1,
      lenmode: "fraction",
      ypad: 0,
      xpad: 14,
      outlinewidth: 0,
      nticks: 6,
      tickfont: { size: 12, color: MUTED },
    },
  } as unknown as Data;
  const axis = { type: "category", showgrid: false, showline: false } as const;
  return figure({
    name: "heatmap",
    title,
    subtitle,
    caption,
    stamp: provenance && stamp(provenance),
    text: describe(grid, values, percent, title),
    data: [
      trace,
      labels(grid, values, (value) => [`${percent(value)}%`, inkOn((value - low) / (high - low))]),
    ],
    layout: {
      xaxis: { ...axis, title: { text: "rounds at test" }, range: [-0.5, testRounds.length - 0.5] },
      yaxis: { ...axis, title: { text: "rounds in training" }, range: [-0.5, trainRounds.length - 0.5] },
    },
    plotHeight: Math.max(160, Math.min(72 * trainRounds.length, 440)),
    right: 104,
    provenance,
  });
}

function checkGrid(grid: DepthGrid): void {
  const { trainRounds, testRounds, cells } = (grid ?? {}) as Partial<DepthGrid>;
  if ([trainRounds, testRounds, cells].every(Array.isArray)) return;
  throw new TypeError(
    `the grid is ${shown(grid)}; it must have the lists trainRounds, testRounds and cells. ` +
      "Try the grid that sweepDepth() returns.",
  );
}

/** The numbers in the cells, as a trace of their own: plotly's heatmap text has one colour for mid-tones, too pale to read. */
function labels(
  { trainRounds, testRounds }: DepthGrid,
  values: readonly (readonly (number | null)[])[],
  label: (value: number) => [text: string, colour: string],
): Data {
  const cells = values.flatMap((row, y) =>
    row.flatMap((value, x) => (value === null ? [] : [{ x, y, label: label(value) }])),
  );
  return {
    type: "scatter",
    mode: "text",
    x: cells.map(({ x }) => String(testRounds[x])),
    y: cells.map(({ y }) => String(trainRounds[y])),
    text: cells.map((cell) => cell.label[0]),
    textfont: { size: 16, color: cells.map((cell) => cell.label[1]) },
    hoverinfo: "skip",
    showlegend: false,
    cliponaxis: false,
  };
}

/** The span of the values with a fifth of it below, so that the lowest cell is not white. */
function spread(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max((high - low) / 5, 0.01);
  return [Math.max(0, low - room), high === low ? Math.min(1, high + room) : high];
}

function describe(
  { trainRounds, testRounds }: DepthGrid,
  values: readonly (readonly (number | null)[])[],
  percent: (value: number) => string,
  title: string,
): string {
  const header = ["trained \\ tested", ...testRounds.map((rounds) => `${rounds}`)];
  const body = values.map((row, index) => [
    `${trainRounds[index]}`,
    ...row.map((value) => (value === null ? "" : `${percent(value)} %`)),
  ]);
  return `${title}\n${textTable([header, ...body], ["left", ...testRounds.map(() => "right" as const)])}`;
}
