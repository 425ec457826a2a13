import { inspect } from "node:util";
import { DISPLAY, type MimeBundle } from "../engine/bridge";

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47];
const TABLE_ROWS = 100;
const TENSOR_VALUES = 200;
/** A larger tensor is shown by shape alone: downloading it to print a corner would cost more than it tells. */
const TENSOR_DOWNLOAD = 1_000_000;

interface Displayable {
  [DISPLAY](): MimeBundle | undefined | Promise<MimeBundle | undefined>;
}

interface TableLike {
  numRows(): number;
  numCols(): number;
  toHTML(options: { limit: number }): string;
  toMarkdown(options: { limit: number }): string;
}

interface TensorLike {
  shape: number[];
  dtype: string;
  size: number;
  isDisposed: boolean;
  data(): Promise<ArrayLike<unknown>>;
}

/** How the value of a cell's last expression shows itself, or undefined when it shows nothing. */
export async function show(value: unknown): Promise<MimeBundle | undefined> {
  if (value === undefined || value === null) return undefined;
  if (isDisplayable(value)) {
    const bundle = await value[DISPLAY]();
    return bundle && encodeBundle({ "text/plain": summary(value), ...bundle });
  }
  if (isTable(value)) {
    const limit = TABLE_ROWS;
    return { "text/html": value.toHTML({ limit }), "text/plain": value.toMarkdown({ limit }).trimEnd() };
  }
  if (isTensor(value)) return { "text/plain": await tensorText(value) };
  if (typeof value === "string" && /^\s*<svg[\s>]/.test(value)) {
    return { "image/svg+xml": value, "text/plain": `SVG, ${value.length} characters` };
  }
  if (value instanceof Uint8Array && PNG_SIGNATURE.every((byte, i) => value[i] === byte)) {
    return encodeBundle({ "image/png": value, "text/plain": `PNG, ${value.length} bytes` });
  }
  return { "text/plain": inspect(value) };
}

/** Bytes travel as base64. */
export function encodeBundle(bundle: MimeBundle): MimeBundle {
  return Object.fromEntries(
    Object.entries(bundle).map(([type, data]) => [
      type,
      data instanceof Uint8Array ? Buffer.from(data).toString("base64") : data,
    ]),
  );
}

function summary(value: object): string {
  return `${value.constructor?.name ?? "Object"}`;
}

function isDisplayable(value: unknown): value is Displayable {
  return (
    (typeof value === "object" || typeof value === "function") &&
    value !== null &&
    typeof (value as Partial<Displayable>)[DISPLAY] === "function"
  );
}

function isTable(value: unknown): value is TableLike {
  const table = value as Partial<TableLike>;
  return [table.numRows, table.toHTML, table.toMarkdown].every((method) => typeof method === "function");
}

function isTensor(value: unknown): value is TensorLike {
  const tensor = value as Partial<TensorLike>;
  return Array.isArray(tensor.shape) && typeof tensor.dtype === "string" && typeof tensor.data === "function";
}

async function tensorText(tensor: TensorLike): Promise<string> {
  const title = `Tensor ${tensor.dtype} [${tensor.shape.join(", ")}]`;
  if (tensor.isDisposed) return `${title}, disposed`;
  if (tensor.size > TENSOR_DOWNLOAD) return title;
  const values = Array.from(await tensor.data()).slice(0, TENSOR_VALUES);
  const rest = tensor.size > values.length ? `, … ${tensor.size - values.length} more` : "";
  return `${title}\n${nested(values.map(short), tensor.shape)}${rest}`;
}

function short(value: unknown): string {
  if (typeof value !== "number" || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(5)));
}

/** Brackets as in an array literal; stops where the values end. */
function nested(values: string[], shape: number[]): string {
  if (shape.length === 0) return values[0] ?? "";
  if (shape.length === 1) return `[${values.join(", ")}]`;
  const stride = shape.slice(1).reduce((product, n) => product * n, 1);
  const rows: string[] = [];
  for (let at = 0; at < values.length; at += stride) {
    rows.push(nested(values.slice(at, at + stride), shape.slice(1)));
  }
  return `[${rows.join(",\n ")}]`;
}
