import { inspect } from "node:util";
import { writeFileAtomic } from "../checkpoint/atomic";
import { DISPLAY, METADATA, type MimeBundle } from "../engine/bridge";
import { checkPositive } from "../engine/check";
import { svgToPNG } from "./staticExport";

/** Something drawn: it shows itself at the end of a cell, and saves itself as files. */
export abstract class Drawing {
  constructor(
    /** Short name, such as `"depth"`. */
    readonly name: string,
    /** What a person who cannot see the picture reads. */
    readonly text: string,
    /** Width in pixels on the page. */
    readonly width: number,
    /** How the numbers came to be; saved beside the picture. */
    readonly provenance: unknown = null,
  ) {}

  /** The drawing as an SVG document; equal drawings give equal text. */
  abstract toSVG(): Promise<string>;

  /** Pixels per page pixel of the picture in a notebook. */
  protected readonly displayScale: number = 2;

  /** The files beside the SVG and PNG that {@link save} writes, by extension. */
  protected sources(): Record<string, string> {
    return {};
  }

  /**
   * The drawing as a PNG file.
   *
   * @param options.scale pixels per page pixel; 2 is sharp on a high-density screen and in print
   */
  async toPNG({ scale = 2 }: { scale?: number } = {}): Promise<Buffer> {
    checkPositive("scale", scale, "scale: 2");
    return svgToPNG(await this.toSVG(), { scale });
  }

  /**
   * Writes `stem.svg`, `stem.png`, `stem.meta.json` (name, text and provenance) and, for a plotly figure,
   * `stem.json`. Makes the folder.
   *
   * @returns the paths written
   * @example await heatmap(grid).save("figures/depth");
   */
  async save(stem: string): Promise<string[]> {
    const { name, text, provenance } = this;
    const svg = await this.toSVG();
    const files: Record<string, string | Uint8Array> = {
      ...this.sources(),
      ".svg": svg,
      ".png": await svgToPNG(svg),
      ".meta.json": `${JSON.stringify({ name, text, provenance }, null, 2)}\n`,
    };
    for (const [extension, content] of Object.entries(files))
      await writeFileAtomic(stem + extension, content);
    return Object.keys(files).map((extension) => stem + extension);
  }

  // no text/html and no image/svg+xml: both would hide the PNG, which alone survives GitHub and untrusted notebooks
  async [DISPLAY](): Promise<MimeBundle> {
    const png = (await this.toPNG({ scale: this.displayScale })).toString("base64");
    return {
      "image/png": png,
      "text/plain": this.text,
      [METADATA]: { "image/png": { width: this.width } },
    } as MimeBundle;
  }

  [inspect.custom](): string {
    return this.text;
  }
}
