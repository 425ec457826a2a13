import path from "node:path";
import type * as TypeScript from "@tslab/typescript-for-tslab";
import type { Diagnostic } from "./diagnostics";
import { hintFor } from "./hints";
import type { Sources } from "./sources";

type Ts = typeof TypeScript;

/** What takes the place of TypeScript's own functions for tslab. */
interface Overrides {
  getPreEmitDiagnosticsOfFiles: unknown;
  getPreEmitDiagnostics: unknown;
}

export interface Complaints {
  overrides: Overrides;
  /** The complaints that tslab told of, as the compiler made them, with hints. */
  explain(told: readonly Diagnostic[]): Diagnostic[];
}

interface FoundBy {
  program: TypeScript.Program;
  diagnostics: readonly TypeScript.Diagnostic[];
}

type Check = (program: TypeScript.Program, ...rest: unknown[]) => readonly TypeScript.Diagnostic[];

export interface ComplaintsOptions {
  /** Where the notebook lies. */
  folder: string;
  sources: Sources;
  /** Lines that tslab puts before cells and modules. */
  prefixLines: number;
}

/** tslab passes on the text of a diagnostic only; here the rest of it is kept. */
export function keepComplaints(ts: Ts, options: ComplaintsOptions): Complaints {
  let newest: FoundBy | undefined;
  const kept =
    (check: Check): Check =>
    (program, ...rest) => {
      const diagnostics = check(program, ...rest);
      newest = { program, diagnostics };
      return diagnostics;
    };
  const { getPreEmitDiagnosticsOfFiles } = ts as unknown as { getPreEmitDiagnosticsOfFiles: Check };
  return {
    overrides: {
      getPreEmitDiagnosticsOfFiles: kept(getPreEmitDiagnosticsOfFiles),
      getPreEmitDiagnostics: kept(ts.getPreEmitDiagnostics as Check),
    },
    explain(told) {
      const { program, diagnostics = [] } = newest ?? {};
      if (!program) return [...told];
      const explained = diagnostics.flatMap((one) => {
        const described = describe(ts, one, options);
        if (!described || !told.some((other) => isSame(described, other))) return [];
        if (described.file !== "") options.sources.addText(described.file, one.file!.text);
        return [{ ...described, hint: hintFor(ts, program, one) }];
      });
      return explained.length > 0 ? explained : [...told];
    },
  };
}

function describe(
  ts: Ts,
  { file, start = 0, length, messageText }: TypeScript.Diagnostic,
  { folder, prefixLines }: ComplaintsOptions,
): Diagnostic | undefined {
  if (!file) return undefined;
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  const isCell = path.basename(file.fileName) === "__tslab__.ts";
  const messages = flatten(messageText);
  const isReal = ts.sys.fileExists(file.fileName);
  return {
    file: isCell ? "" : path.relative(folder, file.fileName),
    line: line + 1 - (isReal ? 0 : prefixLines),
    column: character + 1,
    width: length,
    message: messages[0]!,
    details: messages.slice(1),
  };
}

function isSame(one: Diagnostic, other: Diagnostic): boolean {
  return (
    one.file === other.file &&
    one.line === other.line &&
    one.column === other.column &&
    one.message === other.message
  );
}

function flatten(text: string | TypeScript.DiagnosticMessageChain): string[] {
  if (typeof text === "string") return [text];
  return [text.messageText, ...(text.next ?? []).flatMap(flatten)];
}
