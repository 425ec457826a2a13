import type { MimeBundle } from "../engine/bridge";
import { isPlain, plainText } from "./mimeText";

const PARTS = ["data", "layout", "config", "frames"];
const COORDINATES = ["x", "y", "z", "values", "r", "lat"];

/** A plotly figure written as a bare object: `{ data: [{ x, y }], layout: {} }` and nothing else in it. */
export function plotlyBundle(value: unknown): MimeBundle | undefined {
  if (!isPlain(value) || !isPlain(value.layout) || !Array.isArray(value.data)) return undefined;
  if (!Object.keys(value).every((key) => PARTS.includes(key))) return undefined;
  if (value.data.length === 0 || !value.data.every(isTrace)) return undefined;
  // Only what JSON can hold crosses; typed arrays would arrive as objects.
  const figure = JSON.parse(
    JSON.stringify(value, (_, part) => (ArrayBuffer.isView(part) ? listOf(part) : part)),
  );
  return { "application/vnd.plotly.v1+json": figure, "text/plain": plainText(value, 1000) };
}

const isTrace = (trace: unknown): boolean =>
  isPlain(trace) && COORDINATES.some((key) => Array.isArray(trace[key]) || ArrayBuffer.isView(trace[key]));

const listOf = (view: ArrayBufferView): unknown =>
  view instanceof DataView ? null : Array.from(view as unknown as ArrayLike<number>);
