import type { Annotations, Layout } from "plotly.js";
import { fontMetrics, wrap } from "./font";
import { MUTED, TEMPLATE, WIDTH } from "./theme";

/** The text around a plot. */
export interface FrameText {
  title?: string;
  subtitle?: string;
  /** A sentence or two under the plot. */
  caption?: string;
  /** One line in small print: where the numbers come from. */
  stamp?: string;
}

/** The sizes of a plot and of what is around it, in pixels. */
export interface FrameSizes {
  width?: number;
  /** Height in pixels of the plot itself, without title and caption. */
  plotHeight?: number;
  left?: number;
  right?: number;
  /** Whether there is a legend; `"reversed"` lists the last trace first. */
  legend?: boolean | "reversed";
  /** Extra room above the plot, for panel titles. */
  above?: number;
}

const EDGE = 24;
const CAPTION = { size: 12, line: 17 };
const SMALL = { size: 10, line: 16 };
const AXIS_ROOM = 54; // tick labels and title of the x axis

/** A layout whose margins fit its title, legend, caption and small print, so that no two texts overlap. */
export function frame(text: FrameText, sizes: FrameSizes = {}): Partial<Layout> {
  const { title, subtitle, caption = "", stamp = "" } = text;
  const { width = WIDTH, plotHeight = 300, left = 76, right = EDGE, legend = false, above = 0 } = sizes;
  const captionLines = wrap(caption, width - 2 * EDGE, CAPTION.size, fontMetrics());
  const stampLines = wrap(stamp, width - 2 * EDGE, SMALL.size, fontMetrics());
  const headerHeight = EDGE + (title ? 24 : 0) + (subtitle ? 20 : 0);
  const top = headerHeight + (legend ? 26 : 0) + above + (title || legend ? 12 : 0);
  const captionHeight = captionLines.length * CAPTION.line + (captionLines.length ? 10 : 0);
  const bottom = AXIS_ROOM + captionHeight + stampLines.length * SMALL.line + 10;
  const height = top + plotHeight + bottom;
  const below = (lines: string[], size: number, shift: number): Partial<Annotations>[] =>
    lines.map((line, index) => ({
      text: line,
      xref: "paper",
      yref: "paper",
      x: 0,
      y: 0,
      xanchor: "left",
      yanchor: "top",
      xshift: EDGE - left,
      yshift: -(AXIS_ROOM + shift + index * (size === SMALL.size ? SMALL.line : CAPTION.line)),
      showarrow: false,
      borderpad: 0,
      font: { size, color: MUTED },
    }));
  return {
    template: TEMPLATE,
    width,
    height,
    margin: { l: left, r: right, t: top, b: bottom, pad: 0 },
    ...(title && {
      title: {
        text: `<b>${title}</b>`,
        font: { size: 17 },
        x: 0,
        xref: "container",
        xanchor: "left",
        y: 1,
        yref: "container",
        yanchor: "top",
        pad: { l: EDGE, t: EDGE - 4, r: 0, b: 0 },
        ...(subtitle && { subtitle: { text: subtitle, font: { size: 13, color: MUTED } } }),
      },
    }),
    showlegend: Boolean(legend),
    ...(legend && {
      legend: {
        orientation: "h",
        traceorder: legend === "reversed" ? "reversed" : "normal",
        xref: "container",
        yref: "container",
        x: (EDGE - 6) / width,
        y: 1 - (headerHeight + 2) / height,
        xanchor: "left",
        yanchor: "top",
        font: { size: 13 },
      },
    }),
    annotations: [
      ...below(captionLines, CAPTION.size, 6),
      ...below(stampLines, SMALL.size, captionHeight + 4),
    ],
  };
}
