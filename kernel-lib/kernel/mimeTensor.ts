import type { MimeBundle } from "../engine/bridge";
import { htmlTable } from "./mimeTable";
import { count, short } from "./mimeText";
import { preview, range } from "./statistics";

const VALUES = 200; // written as text
const ROWS = 20; // of a table
/** A larger tensor is shown by shape alone: reading it would take longer than a person waits. */
const READABLE = 10_000_000;

interface TensorLike {
  shape: number[];
  dtype: string;
  size: number;
  isDisposed: boolean;
  data(): Promise<ArrayLike<unknown>>;
}

/** Tensors: shape, type and range; the values of small vectors and matrices as a table, the first of others. */
export async function tensorBundle(value: unknown): Promise<MimeBundle | undefined> {
  if (!isTensor(value)) return undefined;
  const { shape, dtype, size } = value;
  const title = `Tensor ${dtype} [${shape.join(", ")}]`;
  if (value.isDisposed) return { "text/plain": `${title}, disposed` };
  if (size > READABLE) return { "text/plain": `${title}, ${count(size)} values; slice it to see some` };
  const values = await value.data();
  const figures = dtype === "complex64" || dtype === "bool" ? "" : range(values);
  const head = [title, size > 1 ? figures : ""].filter(Boolean).join(", ");
  const text = { "text/plain": `${head}\n${valueText(values, value)}` };
  const table = grid(values, shape);
  return table ? { "text/html": htmlTable({ ...table, title: head }), ...text } : text;
}

function isTensor(value: unknown): value is TensorLike {
  if (typeof value !== "object" || value === null) return false;
  const tensor = value as Partial<TensorLike>;
  return (
    Array.isArray(tensor.shape) &&
    typeof tensor.dtype === "string" &&
    typeof tensor.size === "number" &&
    typeof tensor.data === "function"
  );
}

function valueText(values: ArrayLike<unknown>, { shape, size, dtype }: TensorLike): string {
  // A complex number is two floats in a row, so brackets by shape would be wrong.
  if (dtype === "complex64") return preview(values, values.length);
  const first = Array.from({ length: Math.min(VALUES, size) }, (_, i) => short(values[i]));
  const rest = size > first.length ? `, … ${count(size - first.length)} more` : "";
  return `${nested(first, shape)}${rest}`;
}

/** Row and column numbers around the values, for what fits on a screen. */
function grid(
  values: ArrayLike<unknown>,
  shape: readonly number[],
): { header: string[]; rows: string[][] } | undefined {
  if (shape.length < 1 || shape.length > 2 || shape.some((length) => length < 1 || length > ROWS))
    return undefined;
  const [rows, columns] = shape.length === 1 ? [1, shape[0]!] : [shape[0]!, shape[1]!];
  if (values.length !== rows * columns) return undefined;
  const header = Array.from({ length: columns }, (_, column) => String(column));
  const row = (index: number) => header.map((_, column) => short(values[index * columns + column]));
  if (shape.length === 1) return { header, rows: [row(0)] };
  return {
    header: ["", ...header],
    rows: Array.from({ length: rows }, (_, index) => [String(index), ...row(index)]),
  };
}

/** Brackets as in an array literal; stops where the values end. */
function nested(values: string[], shape: readonly number[]): string {
  if (shape.length === 0) return values[0] ?? "";
  if (shape.length === 1) return `[${values.join(", ")}]`;
  const stride = shape.slice(1).reduce((product, n) => product * n, 1);
  const rows: string[] = [];
  for (let at = 0; at < values.length; at += stride) {
    rows.push(nested(values.slice(at, at + stride), shape.slice(1)));
  }
  return `[${rows.join(",\n ")}]`;
}
