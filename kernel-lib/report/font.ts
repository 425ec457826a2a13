import { join } from "node:path";
import { packageRoot } from "../engine/packageRoot";

/** The one font of every figure, shipped so that text is the same on every machine. */
export const FONT = "Inter";
/** What a browser that shows a live figure uses where Inter is not installed. */
export const FONT_STACK = "Inter, Helvetica, Arial, sans-serif";

const FILES = ["Inter-Regular.otf", "Inter-SemiBold.otf"];
const MEASURED = "RecursiveMAS Inter"; // a private name, so that an Inter of the system cannot answer

export const fontFiles = (): string[] => FILES.map((file) => join(packageRoot(), "data", "fonts", file));

export interface FontMetrics {
  /** Width in pixels of one line of text. */
  width(text: string, size: number, bold?: boolean): number;
}

/** Highest and lowest reach of a line above and below its baseline, in units of the font size (Inter's hhea). */
export const ASCENT = 0.97;
export const DESCENT = 0.24;

let metrics: FontMetrics | undefined;

/** Measures text with the shipped font; the canvas is loaded on first use. */
export function fontMetrics(): FontMetrics {
  metrics ??= loadMetrics();
  return metrics;
}

function loadMetrics(): FontMetrics {
  const { createCanvas, GlobalFonts } = require("@napi-rs/canvas") as typeof import("@napi-rs/canvas");
  for (const file of fontFiles()) {
    if (!GlobalFonts.registerFromPath(file, MEASURED)) {
      throw new Error(`the font ${file} cannot be read. Try installing recursivemas again.`);
    }
  }
  const context = createCanvas(1, 1).getContext("2d");
  return {
    width(text, size, bold = false) {
      context.font = `${bold ? 600 : 400} ${size}px "${MEASURED}"`;
      return context.measureText(text).width;
    },
  };
}

/** Breaks text into lines no wider than `width` pixels, at spaces. */
export function wrap(text: string, width: number, size: number, { width: measure }: FontMetrics): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length && measure(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
