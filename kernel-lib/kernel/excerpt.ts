import type { Place, Sources } from "./sources";

const CONTEXT_LINES = 2;
/** A line of data pasted into a cell is as long as the data. */
const MAX_WIDTH = 160;

export const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
export const bold = (text: string) => `\u001b[1m${text}\u001b[22m`;

/** The lines around a place, with `width` characters of it marked; nothing when the text is not known. */
export function excerpt({ label, line, column }: Place, sources: Sources, width = 1): string[] {
  const lines = sources.text(label)?.split("\n");
  if (!lines) return [];
  const first = Math.max(1, line - CONTEXT_LINES);
  const last = Math.min(lines.length, line + CONTEXT_LINES);
  const digits = String(last).length;
  const from = column + width > MAX_WIDTH ? Math.max(0, column - 1 - MAX_WIDTH / 2) : 0;
  const shown: string[] = [];
  for (let n = first; n <= last; n++) {
    const text = `${n === line ? ">" : " "} ${String(n).padStart(digits)} | ${cut(lines[n - 1]!, from)}`;
    shown.push(n === line ? bold(text) : text);
    if (n !== line) continue;
    const before = lines[n - 1]!.slice(from, column - 1).replace(/[^\t]/g, " ");
    const marked = Math.max(1, Math.min(width, lines[n - 1]!.length - column + 1, MAX_WIDTH / 2));
    shown.push(`  ${" ".repeat(digits)} | ${before}${red("^".repeat(marked))}`);
  }
  return [`${label}, line ${line}`, ...shown];
}

function cut(line: string, from: number): string {
  const rest = line.slice(from);
  return rest.length > MAX_WIDTH ? `${rest.slice(0, MAX_WIDTH)}…` : rest;
}
