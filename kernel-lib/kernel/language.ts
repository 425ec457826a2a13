import type * as TypeScript from "@tslab/typescript-for-tslab";
import type { Executor } from "tslab/dist/executor";
import type { Content } from "./message";
import { askedName } from "./pager";
import { markdownInfo, plainInfo } from "./quickInfo";
import { isCompleteCode, parseErrors } from "./tslab";

/**
 * Names that fit at the cursor. Positions of the protocol count code points, those of TypeScript UTF-16 units.
 *
 * @param kindOf what a name of the library is, which the compiler knows as imported only
 */
export function complete(
  executor: Executor,
  code: string,
  cursor: number,
  kindOf: (name: string) => string | undefined,
): Content {
  const info = executor.complete(code, toUnits(code, cursor));
  const start = toPoints(code, info.start);
  const end = toPoints(code, info.end);
  const kinds = new Map(info.original?.entries.map((entry) => [entry.name, entry.kind as string]));
  const hidden = (name: string) => name.startsWith("__") || name.startsWith("tsLastExpr");
  const matches = info.candidates.filter((name) => !hidden(name));
  const typeOf = (name: string) => {
    const kind = kinds.get(name) ?? "";
    return kind === "alias" ? (kindOf(name) ?? kind) : kind;
  };
  const typed = matches.map((text) => ({ text, start, end, type: typeOf(text) }));
  return {
    status: "ok",
    matches,
    cursor_start: start,
    cursor_end: end,
    metadata: { _jupyter_types_experimental: typed },
  };
}

/** The type and documentation of the name at the cursor, or of the function whose arguments it stands in. */
export function inspectAt(executor: Executor, code: string, cursor: number): Content {
  const at = toUnits(code, cursor);
  const positions = [at, at - 1, ...calleeBefore(code, at)].filter((position) => position >= 0);
  for (const position of positions) {
    const info = executor.inspect(code, position);
    if (!info || isUnresolved(info)) continue;
    const data = { "text/plain": plainInfo(info), "text/markdown": markdownInfo(info) };
    return { status: "ok", found: true, data, metadata: {} };
  }
  return { status: "ok", found: false, data: {}, metadata: {} };
}

/** Whether Enter should run the code: a question about a name, no syntax error, one at its very end, or one before. */
export function isComplete(code: string): Content {
  if (askedName(code) !== undefined) return { status: "complete" };
  let first: number | undefined;
  try {
    [first] = parseErrors(code);
  } catch {
    // nested too deep for the parser, which cleans up when it has come to the end of another text
    parseErrors("");
    return { status: "unknown" };
  }
  if (first === undefined) return { status: "complete" };
  if (first < code.trimEnd().length) return { status: "invalid" };
  return { status: "incomplete", indent: isCompleteCode(code).indent ?? "" };
}

/** Of a name that it does not know, the compiler says nothing but "any". */
function isUnresolved({ displayParts = [] }: TypeScript.QuickInfo): boolean {
  const text = displayParts.map((part) => part.text).join("");
  return text === "any" || text.endsWith("= /*unresolved*/ any");
}

/** Where the name before the innermost open parenthesis ends. */
function calleeBefore(code: string, at: number): number[] {
  let depth = 0;
  for (let i = at - 1; i >= 0; i--) {
    const character = code[i]!;
    if (")]}".includes(character)) depth++;
    if (!"([{".includes(character)) continue;
    if (depth > 0) depth--;
    else if (character === "(") {
      const name = /[\w$]\s*(?:<[^<>]*>\s*)?$/.exec(code.slice(0, i));
      if (name) return [name.index];
    }
  }
  return [];
}

/** Cursors before the start or behind the end are moved there. */
function toUnits(text: string, points: number): number {
  return Array.from(text).slice(0, Math.max(0, points)).join("").length;
}

function toPoints(text: string, units: number): number {
  return Array.from(text.slice(0, units)).length;
}
