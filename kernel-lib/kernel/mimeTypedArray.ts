import { types } from "node:util";
import type { MimeBundle } from "../engine/bridge";
import { count } from "./mimeText";
import { type Numbers, preview, range } from "./statistics";

/** Typed arrays and raw buffers: how long, what is in them, the first values. */
export function arrayBundle(value: unknown): MimeBundle | undefined {
  if (types.isAnyArrayBuffer(value)) {
    const bytes = new Uint8Array(value);
    const name = types.isSharedArrayBuffer(value) ? "SharedArrayBuffer" : "ArrayBuffer";
    return { "text/plain": `${name}, ${count(bytes.length)} bytes\n${preview(bytes, bytes.length)}` };
  }
  if (!types.isTypedArray(value)) return undefined;
  const array = value as Numbers;
  const name = (value as object).constructor?.name ?? "TypedArray";
  const title = [`${name}, ${count(array.length)} values`, range(array)].filter(Boolean).join(", ");
  return { "text/plain": `${title}\n${preview(array, array.length)}` };
}
