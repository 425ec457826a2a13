import { createHash } from "node:crypto";
import { FONT, fontFiles } from "./font";
import { plotlyWindow } from "./plotlyWindow";

/** A figure as plotly describes it; width and height come from the layout. */
export interface PlotlySpec {
  data: readonly object[];
  layout: { width?: number; height?: number };
}

let queue: Promise<unknown> = Promise.resolve();

/**
 * Draws a plotly figure as an SVG document without a browser. Equal figures give equal bytes.
 *
 * @throws if a layout has no width or height
 */
export function plotlyToSVG(spec: PlotlySpec): Promise<string> {
  // one at a time: plotly's random numbers are seeded per figure, and its measuring element is shared
  const svg = queue.then(() => draw(spec));
  queue = svg.catch(() => undefined);
  return svg;
}

async function draw(spec: PlotlySpec): Promise<string> {
  const { width, height } = spec.layout;
  if (!width || !height) {
    throw new Error(
      `a figure's layout is ${width} wide and ${height} high, and it needs both to be drawn. ` +
        "Try layout: { width: 640, height: 400 }.",
    );
  }
  const { window, plotly, seed } = await plotlyWindow();
  const json = JSON.stringify({ data: spec.data, layout: spec.layout });
  seed(createHash("sha256").update(json).digest().readUInt32LE());
  // plotly writes into what it is given, so it gets a copy, made in its own realm
  const { data, layout } = window.JSON.parse(json);
  const target = window.document.body.appendChild(window.document.createElement("div"));
  try {
    await plotly.newPlot(target, data, layout, { staticPlot: true });
    return plotly.Snapshot.toSVG(target, "svg");
  } finally {
    plotly.purge(target);
    target.remove();
  }
}

/**
 * Rasterises an SVG document with the shipped font only.
 *
 * @param options.scale pixels per SVG unit
 */
export async function svgToPNG(svg: string, { scale = 2 }: { scale?: number } = {}): Promise<Buffer> {
  const { renderAsync } = await import("@resvg/resvg-js");
  // resvg does not know "pixelated" and would blur heatmap cells; the option is for pictures without the style
  const crisp = svg.replaceAll(
    /image-rendering:\s*(?:pixelated|crisp-edges)/g,
    "image-rendering: optimizeSpeed",
  );
  const image = await renderAsync(crisp, {
    fitTo: { mode: "zoom", value: scale },
    imageRendering: 1,
    font: { loadSystemFonts: false, fontFiles: fontFiles(), defaultFontFamily: FONT, sansSerifFamily: FONT },
  });
  return image.asPng();
}
