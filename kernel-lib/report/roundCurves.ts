import type { Data } from "plotly.js";
import { checkChoice } from "../engine/check";
import { type Provenance, stamp } from "../experiment/provenance";
import { type Figure, figure } from "./figure";
import { textTable } from "./textTable";
import { faint, PALETTE } from "./theme";

/** One line of {@link roundCurves}. */
export interface RoundSeries {
  label: string;
  points: {
    rounds: number;
    value: number;
    /** Bounds of the value, drawn as a band. */
    low?: number;
    high?: number;
  }[];
}

export interface Metric {
  /** Title of the y axis. */
  label: string;
  /** Plotly's d3 format of the ticks, such as `".0%"`. */
  format?: string;
  /** A value in words. */
  show?: (value: number) => string;
}

const METRICS = {
  accuracy: { label: "accuracy", format: ".0%", show: (value) => `${(100 * value).toFixed(1)} %` },
  tokens: { label: "tokens per question", format: ",~f", show: (value) => String(Math.round(value)) },
  seconds: { label: "seconds per question", format: "~g", show: (value) => `${value.toPrecision(3)} s` },
} satisfies Record<string, Metric>;

export interface CurveOptions {
  /** What the values are: accuracies are 0 to 1. Default: `"accuracy"`. */
  metric?: "accuracy" | "tokens" | "seconds" | Metric;
  title?: string;
  subtitle?: string;
  caption?: string;
  provenance?: Provenance;
}

/**
 * Draws a metric by rounds of recursion, one line a series, such as latent beside text.
 *
 * @throws if there is no series, or one without points
 * @example roundCurves([{ label: "latent", points: [{ rounds: 1, value: 0.31 }, { rounds: 2, value: 0.65 }] }])
 */
export function roundCurves(series: RoundSeries[], options: CurveOptions = {}): Figure {
  const { metric = "accuracy", subtitle, caption, provenance } = options;
  const empty = series.find(({ points }) => !points.length);
  if (!series.length || empty) {
    throw new Error(
      `${empty ? `the series "${empty.label}" has no points` : "there is no series"}, and one is the least. ` +
        'Try { label: "latent", points: [{ rounds: 1, value: 0.3 }] }.',
    );
  }
  if (typeof metric === "string") checkChoice("metric", metric, Object.keys(METRICS));
  const { label, format, show = String }: Metric = typeof metric === "string" ? METRICS[metric] : metric;
  const { title = `${label[0]!.toUpperCase()}${label.slice(1)} by recursion round` } = options;
  const rounds = [...new Set(series.flatMap(({ points }) => points.map((point) => point.rounds)))].sort(
    (a, b) => a - b,
  );
  const colour = (index: number) => PALETTE[index % PALETTE.length]!;
  const highest = Math.max(...series.flatMap(({ points }) => points.map(({ value, high = value }) => high)));
  const lowest = Math.min(0, ...series.flatMap(({ points }) => points.map(({ value, low = value }) => low)));
  const room = (highest - lowest || 1) * 0.06;
  return figure({
    name: `rounds-${typeof metric === "string" ? metric : label.replaceAll(/\W+/g, "-")}`,
    title,
    subtitle,
    caption,
    stamp: provenance && stamp(provenance),
    text: `${title}\n${describe(series, rounds, show)}`,
    data: [
      ...series.flatMap((one, index) => band(one, colour(index))),
      ...series.map((one, index) => line(one, index, colour(index), show)).reverse(), // the first lies on top
    ],
    layout: {
      xaxis: {
        title: { text: "recursion rounds" },
        tickmode: "array",
        tickvals: rounds,
        range: [rounds[0]! - 0.25, rounds.at(-1)! + 0.25],
        showgrid: false,
        showline: true,
      },
      yaxis: { title: { text: label }, tickformat: format, range: [lowest && lowest - room, highest + room] },
      hovermode: "x unified",
    },
    legend: "reversed",
    provenance,
  });
}

function line(
  { label, points }: RoundSeries,
  index: number,
  color: string,
  show: (value: number) => string,
): Data {
  return {
    type: "scatter",
    mode: "lines+markers",
    name: label,
    x: points.map(({ rounds }) => rounds),
    y: points.map(({ value }) => value),
    text: points.map(({ value, low, high }) =>
      low === undefined || high === undefined
        ? show(value)
        : `${show(value)} (${show(low)} to ${show(high)})`,
    ),
    hovertemplate: "%{text}",
    line: { color, width: 2.5 },
    // shapes differ too, for prints in grey
    marker: {
      color,
      size: 9,
      symbol: SYMBOLS[index % SYMBOLS.length],
      line: { color: "#ffffff", width: 1.5 },
    },
    cliponaxis: false,
  };
}

const SYMBOLS = ["circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "x"];

/** The area between the bounds, for the points that have them. */
function band({ points }: RoundSeries, color: string): Data[] {
  const bounded = points.filter(({ low, high }) => low !== undefined && high !== undefined);
  if (bounded.length < 2) return [];
  const back = [...bounded].reverse();
  return [
    {
      type: "scatter",
      mode: "lines",
      x: [...bounded, ...back].map(({ rounds }) => rounds),
      y: [...bounded.map(({ high }) => high!), ...back.map(({ low }) => low!)],
      fill: "toself",
      fillcolor: faint(color, 0.14),
      line: { width: 0 },
      hoverinfo: "skip",
      showlegend: false,
    },
  ];
}

function describe(
  series: readonly RoundSeries[],
  rounds: readonly number[],
  show: (value: number) => string,
): string {
  const body = series.map(({ label, points }) => [
    label,
    ...rounds.map((round) => {
      const point = points.find((candidate) => candidate.rounds === round);
      return point ? show(point.value) : "";
    }),
  ]);
  return textTable(
    [["rounds", ...rounds.map(String)], ...body],
    ["left", ...rounds.map(() => "right" as const)],
  );
}
