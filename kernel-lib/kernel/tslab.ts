import type * as TypeScript from "@tslab/typescript-for-tslab";
import type { CompletionInfo, Converter } from "tslab/dist/converter";
import type { ConsoleInterface, Executor as TslabExecutor } from "tslab/dist/executor";
import { hasTopLevelAwait } from "./topLevelAwait";

// The compiler half of tslab. Loaded on first use: `prepareCompiler` has to come before it.
const converter = () => require("tslab/dist/converter") as typeof import("tslab/dist/converter");
const executor = () => require("tslab/dist/executor") as typeof import("tslab/dist/executor");

const compiler = () =>
  require(
    require.resolve("@tslab/typescript-for-tslab", { paths: [require.resolve("tslab/package.json")] }),
  ) as typeof TypeScript;

export type { CompletionInfo };

/** tslab's executor, which can also begin with declarations that no cell has made. */
export interface Executor extends TslabExecutor {
  /** Takes `declarations` for those of earlier cells, and the properties of `values` for their values. */
  begin(declarations: string, values: object): Promise<void>;
}

/** Compiles and runs cells as one program. Its console receives values and errors as they are, not as text. */
export function openExecutor(folder: string, console: ConsoleInterface): Executor {
  const plain: Converter = converter().createConverter();
  let given: string | undefined;
  const node: Converter = {
    ...plain,
    convert(declarations, code) {
      if (given !== undefined) {
        const begun = { diagnostics: [], declOutput: given };
        given = undefined;
        return begun;
      }
      const result = plain.convert(declarations, code);
      const awaits = result.hasToplevelAwait || hasTopLevelAwait(compiler(), result.output ?? "");
      return { ...result, hasToplevelAwait: awaits };
    },
  };
  const converters = { node, browser: node, close: () => node.close() };
  const tslab = executor().createExecutor(folder, converters, console);
  return {
    ...tslab,
    async begin(declarations, values) {
      given = declarations;
      Object.setPrototypeOf(tslab.locals, values);
      // what an executor knows of earlier cells changes only when it runs one
      await tslab.execute("");
    },
  };
}

export function isCompleteCode(code: string): { completed: boolean; indent?: string } {
  return converter().isCompleteCode(code);
}

/** Where each syntax error of a cell begins, in order. */
export function parseErrors(code: string): number[] {
  const ts = compiler();
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS);
  const { parseDiagnostics = [] } = file as { parseDiagnostics?: { start: number }[] };
  return parseDiagnostics.map(({ start }) => start).sort((a, b) => a - b);
}
