import { inspect } from "node:util";
import type { ColumnTable } from "arquero";
import { DISPLAY, type MimeBundle } from "../engine/bridge";
import { shown } from "../engine/check";
import { escapeHTML } from "../engine/html";
import { nearest } from "../engine/nearest";
import { textTable } from "./textTable";

/** How a column is shown. */
export interface Column {
  key: string;
  /** Heading. Default: the key. */
  label?: string;
  /** Digits after the point. Default: 3 significant digits for fractions, none for whole numbers. */
  digits?: number;
  /** Show 0.25 as 25 %. */
  percent?: boolean;
  /** Full control over the text of a cell. */
  format?: (value: unknown) => string;
  align?: "left" | "right";
}

export interface TableOptions {
  /** Which columns, in which order: keys or descriptions. Default: all. */
  columns?: readonly (string | Column)[];
  caption?: string;
  /** Rows shown; the rest is counted. Default: 50. */
  limit?: number;
}

/** A table that shows itself; {@link Table.data} is the same as an arquero table, for filtering and grouping. */
export class Table {
  constructor(
    readonly data: ColumnTable,
    private readonly columns: readonly Column[],
    readonly caption: string,
    private readonly limit: number,
  ) {}

  /** The rows as objects. */
  rows(): Record<string, unknown>[] {
    return this.data.objects() as Record<string, unknown>[];
  }

  toString(): string {
    const { header, body, align, more } = this.cells();
    return [this.caption, textTable([header, ...body], align), more].filter(Boolean).join("\n");
  }

  /** The table as GitHub reads it. */
  toMarkdown(): string {
    const { header, body, align, more } = this.cells();
    const line = (cells: readonly string[]) =>
      `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    const rule = `| ${align.map((side) => (side === "right" ? "---:" : "---")).join(" | ")} |`;
    return [this.caption && `${this.caption}\n`, line(header), rule, ...body.map(line), more]
      .filter(Boolean)
      .join("\n");
  }

  toHTML(): string {
    const { header, body, align, more } = this.cells();
    const row = (cells: readonly string[], tag: "td" | "th", style: string) =>
      `<tr>${cells.map((cell, index) => `<${tag} style="text-align:${align[index]};${style}">${escapeHTML(cell)}</${tag}>`).join("")}</tr>`;
    const caption = this.caption && `<caption style="${CAPTION}">${escapeHTML(this.caption)}</caption>`;
    const head = `<thead>${row(header, "th", HEAD)}</thead>`;
    const rest =
      more && `<tfoot><tr><td colspan="${header.length}" style="${CELL}">${more}</td></tr></tfoot>`;
    return `<table style="border-collapse:collapse;font-variant-numeric:tabular-nums">${caption}${head}<tbody>${body.map((cells) => row(cells, "td", CELL)).join("")}</tbody>${rest}</table>`;
  }

  [DISPLAY](): MimeBundle {
    return { "text/html": this.toHTML(), "text/plain": this.toString() };
  }

  [inspect.custom](): string {
    return this.toString();
  }

  private cells(): { header: string[]; body: string[][]; align: ("left" | "right")[]; more: string } {
    const rows = this.rows();
    const hidden = rows.length - Math.min(rows.length, this.limit);
    return {
      header: this.columns.map(({ key, label = key }) => label),
      body: rows
        .slice(0, this.limit)
        .map((row) => this.columns.map((column) => show(row[column.key], column))),
      align: this.columns.map(({ key, align }) => align ?? (numeric(rows, key) ? "right" : "left")),
      more: hidden ? `… and ${hidden} more row${hidden === 1 ? "" : "s"}` : "",
    };
  }
}

// colours that read on a light and on a dark page
const CELL = "padding:4px 12px;border-bottom:1px solid rgba(128,140,152,.25)";
const HEAD = "padding:4px 12px;border-bottom:2px solid rgba(128,140,152,.6);font-weight:600";
const CAPTION = "caption-side:top;text-align:left;padding:4px 12px;font-weight:600";

/**
 * Makes a table of rows that shows itself in a notebook, in a terminal and on GitHub.
 *
 * @param rows objects with the same keys, or an arquero table
 * @throws if a column is asked for that no row has
 * @example table([{ rounds: 1, accuracy: 0.31 }], { columns: ["rounds", { key: "accuracy", percent: true }] })
 */
export function table(
  rows: readonly object[] | ColumnTable,
  { columns, caption = "", limit = 50 }: TableOptions = {},
): Table {
  if (!Array.isArray(rows) && typeof (rows as Partial<ColumnTable> | undefined)?.columnNames !== "function") {
    throw new TypeError(
      `the rows are ${shown(rows)}, which is neither a list of objects nor an arquero table. ` +
        "Try table([{ rounds: 1, accuracy: 0.5 }]).",
    );
  }
  const data = Array.isArray(rows) ? arquero().from(complete(rows)) : (rows as ColumnTable);
  const known = data.columnNames();
  const wanted = (columns ?? known).map((column) => (typeof column === "string" ? { key: column } : column));
  const stranger = wanted.find(({ key }) => !known.includes(key));
  if (stranger && data.numRows()) {
    throw new Error(
      `no row has the column "${stranger.key}"; there are ${known.join(", ")}. ` +
        `Try "${nearest(stranger.key, known)}".`,
    );
  }
  return new Table(data, wanted, caption, limit);
}

/** Read when the first table is made: it takes as long as all else that the library needs beside TensorFlow.js. */
function arquero(): typeof import("arquero") {
  return require("arquero");
}

/** arquero takes the columns of the first row, so every row gets the keys of all. */
function complete(rows: readonly object[]): object[] {
  const keys = [...new Set(rows.flatMap(Object.keys))];
  return rows.map((row) =>
    Object.fromEntries(keys.map((key) => [key, (row as Record<string, unknown>)[key]])),
  );
}

const numeric = (rows: readonly Record<string, unknown>[], key: string): boolean =>
  rows.some((row) => typeof row[key] === "number") &&
  rows.every((row) => ["number", "undefined"].includes(typeof row[key]) || row[key] === null);

function show(value: unknown, { digits, percent, format }: Column): string {
  if (format) return format(value);
  if (value === null || value === undefined) return "";
  if (typeof value !== "number") return typeof value === "object" ? JSON.stringify(value) : String(value);
  if (!Number.isFinite(value)) return String(value);
  if (percent) return `${(100 * value).toFixed(digits ?? 1)} %`;
  if (digits !== undefined) return grouped(value.toFixed(digits));
  if (Number.isInteger(value)) return grouped(String(value));
  return Math.abs(value) >= 1000 ? grouped(value.toFixed(0)) : String(Number(value.toPrecision(3)));
}

/** Commas between thousands, from ten thousand upwards. */
function grouped(digits: string): string {
  const [whole = "", fraction] = digits.split(".");
  if (whole.replace("-", "").length < 5) return digits;
  return whole.replaceAll(/\B(?=(\d{3})+$)/g, ",") + (fraction === undefined ? "" : `.${fraction}`);
}
