import { readFile } from "node:fs/promises";
import type { Canvas } from "@napi-rs/canvas";
import type { DOMWindow } from "jsdom";
import { fontMetrics } from "./font";
import { boxOf, runWidth, screenBoxOf } from "./svgBox";

/** The few plotly functions the export calls. */
export interface Plotly {
  newPlot(target: Element, data: unknown, layout: unknown, config: unknown): Promise<Element>;
  purge(target: Element): void;
  Snapshot: { toSVG(target: Element, format: string): string };
}

export interface PlotlyWindow {
  window: DOMWindow;
  plotly: Plotly;
  /** Restarts the random numbers that plotly makes its element ids of. */
  seed(value: number): void;
}

let opened: Promise<PlotlyWindow> | undefined;

/** A jsdom window with plotly in it, opened on first use (1 to 2 s) and kept. */
export function plotlyWindow(): Promise<PlotlyWindow> {
  opened ??= open().catch((error) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

async function open(): Promise<PlotlyWindow> {
  const { JSDOM, VirtualConsole } = await import("jsdom");
  const { window } = new JSDOM("<!DOCTYPE html><body></body>", {
    runScripts: "outside-only", // plotly runs in the window's own realm; nothing is put on this process's globals
    virtualConsole: new VirtualConsole(),
  });
  await equip(window);
  const random = seedable();
  window.Math.random = random.next;
  window.eval(await readFile(require.resolve("plotly.js-cartesian-dist-min"), "utf8"));
  return { window, plotly: (window as unknown as { Plotly: Plotly }).Plotly, seed: random.seed };
}

/** What a browser has and jsdom lacks: text measures, pictures, object addresses; timers that let Node exit. */
async function equip(window: DOMWindow): Promise<void> {
  const metrics = fontMetrics();
  const { createCanvas } = await import("@napi-rs/canvas");
  const canvases = new WeakMap<object, Canvas>();
  const canvasOf = (element: HTMLCanvasElement): Canvas => {
    const { width, height } = element;
    const known = canvases.get(element);
    if (known?.width === width && known.height === height) return known;
    const canvas = createCanvas(width, height);
    canvases.set(element, canvas);
    return canvas;
  };
  const define = (target: object, methods: Record<string, unknown>) => {
    for (const [name, value] of Object.entries(methods)) {
      Object.defineProperty(target, name, { value, configurable: true, writable: true });
    }
  };
  define(window.SVGElement.prototype, {
    getBBox(this: Element) {
      return boxOf(this, metrics);
    },
    getComputedTextLength(this: Element) {
      return runWidth(this, metrics);
    },
    getBoundingClientRect(this: Element) {
      return screenBoxOf(this, metrics);
    },
  });
  define(window.HTMLCanvasElement.prototype, {
    getContext(this: HTMLCanvasElement) {
      return canvasOf(this).getContext("2d");
    },
    toDataURL(this: HTMLCanvasElement) {
      return canvasOf(this).toDataURL("image/png");
    },
  });
  define(window.URL, { createObjectURL: () => "blob:none", revokeObjectURL: () => undefined });
  define(window, {
    matchMedia: () => ({ matches: false, addListener: () => undefined, removeListener: () => undefined }),
    supportsCSS: (property: string, value: string) => property === "image-rendering" && value === "pixelated",
    setTimeout: (run: () => void, delay?: number) => setTimeout(run, delay).unref(),
  });
}

/** Mulberry32: small, and the same everywhere. */
function seedable(): { next: () => number; seed: (value: number) => void } {
  let state = 0;
  return {
    seed: (value) => {
      state = value >>> 0;
    },
    next: () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    },
  };
}
