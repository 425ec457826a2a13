import path from "node:path";
import { inspect } from "node:util";
import { Interrupted, isInterruption } from "./interrupt";
import type { Place, Sources } from "./sources";

/** What `error` messages and failed replies carry. */
export interface ErrorReport {
  ename: string;
  evalue: string;
  /** Printed line by line; colours as terminal escapes, as front ends expect. */
  traceback: string[];
}

/** One complaint of the compiler; `file` is empty for the cell itself, lines and columns count from 1. */
export interface Diagnostic {
  file: string;
  line: number;
  column: number;
  message: string;
}

const CONTEXT_LINES = 2;
const MAX_FRAMES = 12;
const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
const bold = (text: string) => `\u001b[1m${text}\u001b[22m`;

/** Describes whatever a cell threw, on the lines of its TypeScript. */
export function reportError(thrown: unknown, sources: Sources): ErrorReport {
  if (isInterruption(thrown)) return reportInterruption();
  if (!isError(thrown)) {
    const evalue = inspect(thrown);
    return { ename: "Thrown", evalue, traceback: [`${red("Thrown")}: ${evalue}`] };
  }
  const ename = thrown.name || "Error";
  const evalue = String(thrown.message);
  return { ename, evalue, traceback: trace(thrown, sources) };
}

/** Describes why a cell did not compile; it has not run. */
export function reportDiagnostics(
  diagnostics: readonly Diagnostic[],
  label: string,
  sources: Sources,
): ErrorReport {
  const first = diagnostics[0]!;
  const where = (one: Diagnostic) =>
    `${one.file === "" ? "" : `${one.file}, `}line ${one.line}, column ${one.column}`;
  const traceback = diagnostics.flatMap((one, i) => {
    const before = diagnostics[i - 1];
    const continues = before && where(before) === where(one);
    if (continues) return [`  ${one.message}`];
    const place = { label: one.file || label, line: one.line, column: one.column };
    return [`${red("TypeScriptError")}: ${where(one)}: ${one.message}`, ...excerpt(place, sources)];
  });
  return { ename: "TypeScriptError", evalue: `${where(first)}: ${first.message}`, traceback };
}

function reportInterruption(): ErrorReport {
  const { name, message } = new Interrupted();
  return { ename: name, evalue: message, traceback: [`${red(name)}: ${message}`] };
}

function trace(error: Error, sources: Sources): string[] {
  const stack = String(error.stack ?? "");
  const frames = stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());
  const place = frames.map((frame) => placeIn(frame, sources)).find((found) => found !== undefined);
  const lines = [
    `${red(error.name || "Error")}: ${error.message}`,
    ...(place ? excerpt(place, sources) : []),
    ...fold(frames),
  ];
  if (error.cause === undefined) return lines;
  const cause = isError(error.cause) ? trace(error.cause, sources) : [inspect(error.cause)];
  return [...lines, "", "caused by", ...cause];
}

function placeIn(frame: string, sources: Sources): Place | undefined {
  const match = /(?:\(|^at (?:async )?)([^()]+):(\d+):(\d+)\)?$/.exec(frame);
  if (!match || sources.text(match[1]!) === undefined) return undefined;
  return { label: match[1]!, line: Number(match[2]), column: Number(match[3]) };
}

function excerpt({ label, line, column }: Place, sources: Sources): string[] {
  const lines = sources.text(label)?.split("\n");
  if (!lines) return [];
  const first = Math.max(1, line - CONTEXT_LINES);
  const last = Math.min(lines.length, line + CONTEXT_LINES);
  const width = String(last).length;
  const shown: string[] = [];
  for (let n = first; n <= last; n++) {
    const text = `${n === line ? ">" : " "} ${String(n).padStart(width)} | ${lines[n - 1]}`;
    shown.push(n === line ? bold(text) : text);
    if (n === line) shown.push(`  ${" ".repeat(width)} | ${" ".repeat(column - 1)}${red("^")}`);
  }
  return [`${label}, line ${line}`, ...shown];
}

/** Leaves out what carries a cell, and shortens runs of frames inside one installed package. */
function fold(frames: string[]): string[] {
  const kept = frames.filter((frame) => !isMachinery(frame));
  const folded: { text: string; owner?: string; count: number }[] = [];
  for (const frame of kept) {
    const owner = ownerOf(frame);
    const last = folded.at(-1);
    if (owner && last?.owner === owner) last.count++;
    else folded.push({ text: frame, owner, count: 1 });
  }
  const lines = folded.map(({ text, owner, count }) =>
    count > 1 ? `  ${text}\n    … ${count - 1} more in ${owner}` : `  ${text}`,
  );
  if (lines.length <= MAX_FRAMES) return lines;
  return [...lines.slice(0, MAX_FRAMES), `  … ${lines.length - MAX_FRAMES} more`];
}

function isMachinery(frame: string): boolean {
  return (
    /\(?node:|<anonymous>\)?$/.test(frame) ||
    /[\\/]tslab[\\/]dist[\\/]/.test(frame) ||
    frame.includes(__dirname + path.sep)
  );
}

function ownerOf(frame: string): string | undefined {
  const match = /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(frame);
  return match?.[1];
}

function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
}
