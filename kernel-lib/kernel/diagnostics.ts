import { excerpt, red } from "./excerpt";
import type { Sources } from "./sources";
import type { ErrorReport } from "./traceback";

/** One complaint of the compiler; `file` is empty for the cell itself, lines and columns count from 1. */
export interface Diagnostic {
  file: string;
  line: number;
  column: number;
  /** How many characters it is about. */
  width?: number;
  message: string;
  /** What lies behind it, from general to particular. */
  details?: readonly string[];
  /** What to do about it. */
  hint?: string;
}

const MAX_SHOWN = 10;

/** Describes why a cell did not compile; it has not run. */
export function reportDiagnostics(
  diagnostics: readonly Diagnostic[],
  label: string,
  sources: Sources,
): ErrorReport {
  const first = diagnostics[0]!;
  const shown = diagnostics.slice(0, MAX_SHOWN);
  const traceback = shown.flatMap((one) => {
    const place = { label: one.file || label, line: one.line, column: one.column };
    return [
      `${red("TypeScriptError")}: ${where(one)}: ${one.message}`,
      ...(one.details ?? []).map((detail, depth) => `${"  ".repeat(depth + 1)}${detail}`),
      ...excerpt(place, sources, one.width),
      ...(one.hint === undefined ? [] : [`hint: ${one.hint}`]),
    ];
  });
  const more = diagnostics.length - shown.length;
  if (more > 0) traceback.push(`… ${more} more`);
  return { ename: "TypeScriptError", evalue: `${where(first)}: ${first.message}`, traceback };
}

function where({ file, line, column }: Diagnostic): string {
  return `${file === "" ? "" : `${file}, `}line ${line}, column ${column}`;
}
