import type { MimeBundle } from "../engine/bridge";
import { count, escaped, isPlain, short } from "./mimeText";

const ROWS = 100;
const COLUMNS = 30;
const CELL = 60; // characters

interface TableLike {
  numRows(): number;
  numCols(): number;
  toHTML(options: { limit: number }): string;
  toMarkdown(options: { limit: number }): string;
}

/** Arquero tables, up to a number of rows. */
export function tableBundle(value: unknown): MimeBundle | undefined {
  if (!isTable(value)) return undefined;
  const note = hidden(value.numRows());
  const html = value.toHTML({ limit: ROWS });
  const text = value.toMarkdown({ limit: ROWS }).trimEnd();
  return {
    "text/html": note ? `${html}<p>${note}</p>` : html,
    "text/plain": note ? `${text}\n${note}` : text,
  };
}

/** Lists of flat records with the same keys, as rows read from a file have them. */
export function recordsBundle(value: unknown): MimeBundle | undefined {
  if (!Array.isArray(value) || !isRecords(value)) return undefined;
  const header = Object.keys(value[0]!);
  const rows = value.slice(0, ROWS).map((record) => header.map((key) => cellText(record[key])));
  const note = hidden(value.length);
  return {
    "text/html": htmlTable({ header, rows, note }),
    "text/plain": [textTable([header, ...rows]), note].filter(Boolean).join("\n"),
  };
}

/** A table without style sheets, which saved notebooks lose. */
export function htmlTable({
  header,
  rows,
  title,
  note,
}: {
  header: readonly string[];
  rows: readonly (readonly string[])[];
  title?: string;
  note?: string;
}): string {
  const line = (cells: readonly string[], tag: "td" | "th") =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>`;
  const body = rows.map((row) => line(row, "td")).join("");
  const table = `<table><thead>${line(header, "th")}</thead><tbody>${body}</tbody></table>`;
  // a caption would be no wider than a narrow table
  return `${title ? `<p>${escaped(title)}</p>` : ""}${table}${note ? `<p>${note}</p>` : ""}`;
}

function isTable(value: unknown): value is TableLike {
  if (typeof value !== "object" || value === null) return false;
  const table = value as Partial<TableLike>;
  return [table.numRows, table.toHTML, table.toMarkdown].every((method) => typeof method === "function");
}

function isRecords(list: readonly unknown[]): list is Record<string, unknown>[] {
  const [first] = list;
  if (!isPlain(first)) return false;
  const keys = Object.keys(first);
  if (keys.length === 0 || keys.length > COLUMNS) return false;
  return list.every(
    (record) =>
      isPlain(record) &&
      Object.keys(record).length === keys.length &&
      keys.every((key) => Object.hasOwn(record, key) && isFlat(record[key])),
  );
}

const isFlat = (value: unknown): boolean =>
  value === null || value instanceof Date || !["object", "function", "symbol"].includes(typeof value);

function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = value instanceof Date ? dateText(value) : short(value);
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > CELL ? `${line.slice(0, CELL - 1)}…` : line;
}

const dateText = (date: Date): string =>
  Number.isNaN(date.getTime()) ? "Invalid Date" : date.toISOString().replace(/T00:00:00\.000Z$/, "");

const hidden = (total: number): string =>
  total > ROWS ? `the first ${ROWS} of ${count(total)} rows are shown` : "";

function textTable(lines: readonly (readonly string[])[]): string {
  const header = lines[0] ?? [];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  const texts = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
  return [texts[0], widths.map((width) => "-".repeat(width)).join("  "), ...texts.slice(1)].join("\n");
}
