import type { Template } from "plotly.js";
import { FONT_STACK } from "./font";

/** Width of every figure in pixels: what a notebook's output column holds without scrolling. */
export const WIDTH = 760;

export const INK = "#1f2933";
export const MUTED = "#66727f";
export const GRID = "#e6eaef";

/** Okabe and Ito's colours, told apart with every common colour blindness; the first two are latent and text. */
export const PALETTE = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#5f6b76"] as const;

/** One hue from pale to dark with even steps of lightness, so that a print in grey reads the same. */
export const SEQUENTIAL: [number, string][] = [
  [0, "#f1f6fa"],
  [0.2, "#cfe2ef"],
  [0.4, "#9cc6e0"],
  [0.6, "#5fa3cd"],
  [0.8, "#2b78ae"],
  [1, "#0b4a7d"],
];

/** The colour of the sequential scale at `at` (0 to 1). */
export function sequentialAt(at: number): string {
  const next = Math.max(
    1,
    SEQUENTIAL.findIndex(([stop]) => stop >= at),
  );
  const [[low, from], [high, to]] = [SEQUENTIAL[next - 1]!, SEQUENTIAL[next]!];
  const share = (at - low) / (high - low);
  const mixed = [1, 3, 5].map((i) => {
    const [a, b] = [from, to].map((colour) => Number.parseInt(colour.slice(i, i + 2), 16));
    return Math.round(a! + share * (b! - a!))
      .toString(16)
      .padStart(2, "0");
  });
  return `#${mixed.join("")}`;
}

/** White or ink, whichever is easier to read on the sequential scale at `at` (0 to 1). */
export const inkOn = (at: number): string => (at > 0.72 ? "#ffffff" : INK);

/** `#rrggbb` with an opacity, as plotly fills take it. */
export function faint(colour: string, opacity: number): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return `rgba(${channels.join(", ")}, ${opacity})`;
}

const AXIS = {
  title: { font: { size: 13, color: INK }, standoff: 12 },
  tickfont: { size: 12, color: MUTED },
  gridcolor: GRID,
  linecolor: "#b6c0ca",
  zeroline: false,
  ticks: "" as const,
  ticklabelstandoff: 4,
};

/** What all figures share; a figure's own layout lies on top. */
export const TEMPLATE: Template = {
  layout: {
    font: { family: FONT_STACK, size: 12, color: INK },
    paper_bgcolor: "#ffffff",
    plot_bgcolor: "#ffffff",
    colorway: [...PALETTE],
    hoverlabel: {
      bgcolor: "#ffffff",
      bordercolor: "#b6c0ca",
      font: { family: FONT_STACK, size: 12, color: INK },
    },
    xaxis: AXIS,
    yaxis: AXIS,
  },
};
