import { readFile } from "node:fs/promises";
import type { Data, Layout } from "plotly.js";
import { DISPLAY, type MimeBundle } from "../engine/bridge";
import { escapeHTML } from "../engine/html";
import { Drawing } from "./drawing";
import { type FrameSizes, type FrameText, frame } from "./frame";
import { plotlyToSVG } from "./staticExport";

/** What {@link figure} takes. */
export interface FigureOptions extends FrameText, FrameSizes {
  /** Plotly traces. */
  data: Data[];
  /** Plotly layout, on top of the shared theme. */
  layout?: Partial<Layout>;
  /** Short name, such as `"depth"`. Default: `"figure"`. */
  name?: string;
  /** What a person who cannot see the picture reads. Default: title and caption. */
  text?: string;
  provenance?: unknown;
}

/** A plotly figure that shows itself in a notebook, live where plotly is installed and as a picture elsewhere. */
export class Figure extends Drawing {
  constructor(
    name: string,
    text: string,
    readonly data: Data[],
    readonly layout: Partial<Layout> & { width: number; height: number },
    /** The sentence under the plot. */
    readonly caption: string,
    provenance?: unknown,
  ) {
    super(name, text, layout.width, provenance);
  }

  // JupyterLab's plotly renderer shows the picture at its own size, whatever width the metadata asks for
  protected override readonly displayScale = 1;

  toSVG(): Promise<string> {
    return plotlyToSVG(this.toJSON());
  }

  /** The figure as plotly reads it. */
  toJSON(): { data: Data[]; layout: Partial<Layout> & { width: number; height: number } } {
    return { data: this.data, layout: this.layout };
  }

  protected override sources(): Record<string, string> {
    return { ".json": `${JSON.stringify(this.toJSON())}\n` };
  }

  /** A web page that holds the live figure and plotly itself (1.4 MB), and needs no network. */
  async html(): Promise<string> {
    const plotly = await readFile(require.resolve("plotly.js-cartesian-dist-min"), "utf8");
    const spec = JSON.stringify(this.toJSON()).replaceAll("<", "\\u003c");
    return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHTML(this.name)}</title><script>${plotly}</script></head>
<body><div id="figure"></div><script>const { data, layout } = ${spec};
Plotly.newPlot("figure", data, layout, { displaylogo: false });</script></body></html>
`;
  }

  override async [DISPLAY](): Promise<MimeBundle> {
    return { "application/vnd.plotly.v1+json": this.toJSON(), ...(await super[DISPLAY]()) };
  }
}

/**
 * Makes a figure of plotly traces, in the shared theme.
 *
 * @throws if there are no traces
 * @example figure({ data: [{ type: "bar", x: ["latent", "text"], y: [2, 74] }], title: "Tokens per question" })
 */
export function figure({
  data,
  layout = {},
  name = "figure",
  text,
  provenance,
  ...rest
}: FigureOptions): Figure {
  if (!data.length) {
    throw new Error(
      "a figure needs at least one trace in data; it was given none. Try data: [{ x: [1, 2], y: [3, 4] }].",
    );
  }
  const base = frame(rest, rest);
  const annotations = [...(base.annotations ?? []), ...(layout.annotations ?? [])];
  const whole = { ...base, ...layout, annotations } as Partial<Layout> & { width: number; height: number };
  const { title = name, subtitle, caption = "" } = rest;
  return new Figure(
    name,
    text ?? [title, subtitle, caption].filter(Boolean).join(". "),
    data,
    whole,
    caption,
    provenance,
  );
}
