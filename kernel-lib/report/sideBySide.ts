import type { Annotations, Data, Layout, LayoutAxis } from "plotly.js";
import { type Figure, figure } from "./figure";
import { fontMetrics, wrap } from "./font";
import { INK, WIDTH } from "./theme";

export interface SideBySideOptions {
  name?: string;
  title?: string;
  subtitle?: string;
  caption?: string;
  /** One line of small print. */
  stamp?: string;
  /** Panels in a row. Default: 2, or 3 for three or more than four figures. */
  columns?: number;
  /** Height in pixels of one panel. Default: 220. */
  panelHeight?: number;
}

const GAP_X = 0.11; // of the width, for tick labels and axis title of the next panel
const GAP_Y = 70; // pixels, for the axis title below; the panel title above comes on top
const TITLE = { size: 13, line: 17 };
const MARGINS = 100; // left and right of all panels, as the frame has them

/**
 * Draws figures as panels of one, such as the paper's numbers beside ours. Each keeps its own axes; colour bars
 * and captions are left out, and lines of the same name share one legend entry.
 *
 * @throws if there are no figures
 * @example sideBySide([heatmap(paper), heatmap(ours)], { title: "Figure 1" })
 */
export function sideBySide(figures: Figure[], options: SideBySideOptions = {}): Figure {
  const count = figures.length;
  if (!count) {
    throw new Error(
      "sideBySide() was given no figure, and one is the least. Try sideBySide([heatmap(grid), lossCurve(runs)]).",
    );
  }
  const {
    name = "panels",
    panelHeight = 220,
    columns = count === 3 || count > 4 ? 3 : Math.min(2, count),
    ...text
  } = options;
  const rows = Math.ceil(count / columns);
  const width = (1 - GAP_X * (columns - 1)) / columns;
  const titles = figures.map((one) => titleLines(one, width * (WIDTH - MARGINS)));
  const above = 9 + TITLE.line * Math.max(...titles.map((lines) => lines.length));
  const step = panelHeight + GAP_Y + above;
  const plotHeight = rows * step - GAP_Y - above;
  const layout: Partial<Layout> = { annotations: [] };
  const data: Data[] = [];
  const named = new Set<unknown>();
  figures.forEach((one, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const suffix = index ? String(index + 1) : "";
    const left = column * (width + GAP_X);
    const top = 1 - (row * step) / plotHeight;
    const domains = { x: [left, left + width], y: [Math.max(0, top - panelHeight / plotHeight), top] };
    for (const axis of ["x", "y"] as const) {
      Object.assign(layout, {
        [`${axis}axis${suffix}`]: {
          ...(one.layout[`${axis}axis`] as Partial<LayoutAxis> | undefined),
          domain: domains[axis],
          anchor: `${axis === "x" ? "y" : "x"}${suffix}`,
        },
      });
    }
    for (const trace of one.data) data.push(panelTrace(trace, suffix, columns, named));
    layout.annotations!.push(panelTitle(titles[index]!, left, top));
  });
  const legend = figures.find((one) => one.layout.showlegend)?.layout.legend;
  return figure({
    ...text,
    name,
    data,
    layout: { ...layout, hovermode: figures[0]!.layout.hovermode },
    plotHeight,
    above,
    legend: legend && (legend.traceorder === "reversed" ? "reversed" : true),
    text: [text.title, ...figures.map((one) => one.text)].filter(Boolean).join("\n\n"),
    provenance: figures.map((one) => one.provenance),
  });
}

function panelTrace(trace: Data, suffix: string, columns: number, named: Set<unknown>): Data {
  const { name, type, textfont, showlegend } = trace as Data & {
    name?: string;
    textfont?: object;
    showlegend?: boolean;
  };
  const shown = showlegend !== false && name !== undefined && !named.has(name);
  if (shown) named.add(name);
  return {
    ...trace,
    xaxis: `x${suffix}`,
    yaxis: `y${suffix}`,
    ...(type === "heatmap" ? { showscale: false } : { showlegend: shown, legendgroup: name }),
    ...(textfont && { textfont: { ...textfont, size: columns > 2 ? 11 : 13 } }),
  } as Data;
}

/** The figure's own title in lines that fit its panel. */
function titleLines({ layout, name }: Figure, width: number): string[] {
  const title = (layout.title as { text?: string } | undefined)?.text ?? name;
  return wrap(title.replaceAll(/<\/?b>/g, ""), width, TITLE.size * 1.05, fontMetrics()); // bold is a little wider
}

function panelTitle(lines: readonly string[], left: number, top: number): Partial<Annotations> {
  return {
    text: lines.map((line) => `<b>${line}</b>`).join("<br>"),
    align: "left",
    xref: "paper",
    yref: "paper",
    x: left,
    y: top,
    xanchor: "left",
    yanchor: "bottom",
    yshift: 4,
    borderpad: 0,
    showarrow: false,
    font: { size: TITLE.size, color: INK },
  };
}
