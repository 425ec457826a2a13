import type { Data } from "plotly.js";
import { type Provenance, stamp } from "../experiment/provenance";
import { type Figure, figure } from "./figure";
import { faint, PALETTE } from "./theme";

/** The losses of one training run, step by step. */
export interface LossRun {
  label: string;
  losses: readonly number[];
  /** Number of the first step. Default: 1. */
  startStep?: number;
}

export interface LossOptions {
  title?: string;
  subtitle?: string;
  caption?: string;
  provenance?: Provenance;
  /** Scale of the y axis. Default: logarithmic when the losses are positive and span more than a factor of 20. */
  scale?: "linear" | "log";
  /** Steps that the smooth line averages over, half before and half after. Default: a twentieth of the run. */
  window?: number;
}

const MOST_POINTS = 800; // a line 660 px wide shows no more, and the notebook stays small

/**
 * Draws losses by training step: the raw line faint, a centred running mean on top. Steps whose loss is not a number
 * (a diverged run) are gaps.
 *
 * @throws if no run has a loss
 * @example lossCurve([{ label: "inner links", losses: run.losses }])
 */
export function lossCurve(runs: LossRun[], options: LossOptions = {}): Figure {
  const all = runs.flatMap(({ losses }) => losses.filter(Number.isFinite));
  if (!all.length) {
    throw new Error(
      `none of ${runs.length} runs has a loss to draw. Try [{ label: "outer", losses: [0.9, 0.4] }].`,
    );
  }
  const { title = "Training loss", subtitle, caption, provenance, window } = options;
  const [low, high] = all.reduce(
    ([a, b], loss) => [Math.min(a, loss), Math.max(b, loss)],
    [all[0]!, all[0]!],
  );
  const { scale = low > 0 && high / low > 20 ? "log" : "linear" } = options;
  return figure({
    name: "loss",
    title,
    subtitle,
    caption,
    stamp: provenance && stamp(provenance),
    text: [title, ...runs.map(describe)].join("\n"),
    data: [
      ...runs.map((run, index) => raw(run, colour(index))),
      ...runs.map((run, index) => smooth(run, colour(index), scale, window)),
    ],
    layout: {
      xaxis: { title: { text: "training step" }, showgrid: false, showline: true, rangemode: "tozero" },
      yaxis: {
        title: { text: scale === "log" ? "loss (log scale)" : "loss" },
        type: scale,
        rangemode: scale === "log" ? "normal" : "tozero",
        ...(scale === "log" && logTicks(low, high)),
      },
      hovermode: "x unified",
    },
    legend: runs.length > 1,
    plotHeight: 280,
    provenance,
  });
}

const colour = (index: number): string => PALETTE[index % PALETTE.length]!;

function raw({ losses, startStep = 1 }: LossRun, color: string): Data {
  const { x, y } = thinned(losses, startStep);
  return {
    type: "scatter",
    mode: "lines",
    x,
    y,
    line: { color: faint(color, 0.28), width: 1 },
    hoverinfo: "skip",
    showlegend: false,
  };
}

function smooth(
  { label, losses, startStep = 1 }: LossRun,
  color: string,
  scale: string,
  window = losses.length / 20,
): Data {
  const values = scale === "log" ? losses.map(Math.log) : losses;
  const mean = runningMean(values, Math.max(1, Math.round(window / 2)));
  const { x, y } = thinned(scale === "log" ? mean.map(Math.exp) : mean, startStep);
  return {
    type: "scatter",
    mode: "lines",
    name: label,
    x,
    y,
    line: { color, width: 2.5 },
    hovertemplate: "%{y:.3~g}",
  };
}

/** Mean over `reach` steps to either side, weighted by nearness; at the ends over as many as there are on both. */
function runningMean(values: readonly number[], reach: number): number[] {
  return values.map((value, index) => {
    if (!Number.isFinite(value)) return Number.NaN;
    const near = Math.min(reach, index, values.length - 1 - index);
    let [sum, weight] = [0, 0];
    for (let offset = -near; offset <= near; offset++) {
      const neighbour = values[index + offset]!;
      if (!Number.isFinite(neighbour)) continue;
      const share = near + 1 - Math.abs(offset);
      sum += share * neighbour;
      weight += share;
    }
    return sum / weight;
  });
}

/** Ticks at 1, 2 and 5 of each power of ten, or at the powers alone where those would crowd. */
function logTicks(low: number, high: number): { tickvals: number[]; ticktext: string[] } {
  const powers: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
    powers.push(power);
  const within = (factors: number[]) =>
    powers
      .flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`)))
      .filter((tick) => tick >= low * 0.9 && tick <= high * 1.1);
  const fine = within([1, 2, 5]);
  const tickvals = fine.length <= 9 ? fine : within([1]);
  return { tickvals, ticktext: tickvals.map(String) };
}

/** Every n-th point and the last, to four digits. */
function thinned(values: readonly number[], startStep: number): { x: number[]; y: (number | null)[] } {
  const stride = Math.ceil(values.length / MOST_POINTS);
  const kept = values.flatMap((value, index) =>
    index % stride === 0 || index === values.length - 1 ? [{ step: startStep + index, value }] : [],
  );
  return {
    x: kept.map(({ step }) => step),
    y: kept.map(({ value }) => (Number.isFinite(value) ? Number(value.toPrecision(4)) : null)),
  };
}

function describe({ label, losses }: LossRun): string {
  const finite = losses.filter(Number.isFinite);
  if (!finite.length) return `${label}: no finite loss in ${losses.length} steps`;
  return `${label}: ${finite[0]!.toPrecision(3)} to ${finite.at(-1)!.toPrecision(3)} in ${losses.length} steps`;
}
