import type { Cell } from "./cell";
import { prepareCompiler } from "./compiler";
import { Interrupted, Interrupter, isInterruption } from "./interrupt";
import { complete, inspectAt } from "./language";
import { type Library, shareWithCells } from "./library";
import type { Content } from "./message";
import { preload } from "./preload";
import { Sources } from "./sources";
import { type Diagnostic, type ErrorReport, reportDiagnostics, reportError } from "./traceback";
import { type Executor, openExecutor } from "./tslab";

/** What became of a cell. */
export type Outcome = { status: "ok"; value: unknown } | { status: "error"; error: ErrorReport };

/** What the executor told its console about the cell that ran last. */
interface Heard {
  value: unknown;
  errors: unknown[];
  diagnostics: Diagnostic[];
}

/** The program that grows cell by cell: compiler, variables, and the preloaded library. */
export class Session {
  readonly interrupter: Interrupter;
  readonly typescript: string;
  private readonly sources = new Sources();
  private readonly compiling = { label: "" };
  private readonly executor: Executor;
  private readonly refresh: () => void;
  private heard: Heard = { value: undefined, errors: [], diagnostics: [] };

  constructor(
    folder: string,
    private readonly library: Library,
  ) {
    const { sources, compiling } = this;
    const compiler = prepareCompiler({ folder, library, sources, compiling });
    this.typescript = compiler.version;
    this.refresh = compiler.refresh;
    shareWithCells(library);
    sources.mapStacks();
    this.executor = openExecutor(folder, {
      log: (value) => {
        this.heard.value = value;
      },
      error: (...given) => this.hear(given),
    });
    this.interrupter = new Interrupter(() => this.executor.interrupt());
  }

  /** Brings the library into scope. Throws when it cannot; cells work nevertheless. */
  preload(): Promise<void> {
    return preload(this.library, this.executor, async (code) => {
      const outcome = await this.execute("preload", code);
      if (outcome.status === "error") throw new Error(outcome.error.traceback.join("\n"));
    });
  }

  /** Runs a cell and awaits its last expression when that is a promise. */
  run(cell: Cell, code: string): Promise<Outcome> {
    return this.interrupter.watch(cell, async (stopped) => {
      const outcome = await this.execute(cell.label, code);
      if (outcome.status === "error") {
        // A cell broken off by the virtual machine may have left loops behind that can still be told.
        if (this.heard.errors.some(isInterruption)) cell.controller.abort(new Interrupted());
        return outcome;
      }
      try {
        return { status: "ok", value: await Promise.race([outcome.value, stopped]) };
      } catch (error) {
        return { status: "error", error: this.report(error) };
      }
    });
  }

  report(error: unknown): ErrorReport {
    return reportError(error, this.sources);
  }

  complete(code: string, cursor: number): Content {
    return complete(this.executor, code, cursor);
  }

  inspect(code: string, cursor: number): Content {
    return inspectAt(this.executor, code, cursor);
  }

  close(): void {
    this.executor.close();
  }

  private async execute(label: string, code: string): Promise<Outcome> {
    this.heard = { value: undefined, errors: [], diagnostics: [] };
    this.compiling.label = label;
    this.sources.addText(label, code);
    try {
      this.refresh();
      await this.executor.execute(code);
    } catch (error) {
      this.heard.errors.push(error);
    }
    const { value, errors, diagnostics } = this.heard;
    if (diagnostics.length > 0) {
      return { status: "error", error: reportDiagnostics(diagnostics, label, this.sources) };
    }
    if (errors.length > 0) return { status: "error", error: this.report(errors[0]) };
    return { status: "ok", value };
  }

  /** tslab passes a diagnostic as one format string with the file, line, column and message. */
  private hear(given: unknown[]): void {
    if (given.length < 5) {
      this.heard.errors.push(given[0]);
      return;
    }
    const [, file, line, column, message] = given;
    this.heard.diagnostics.push({
      file: String(file).trim(),
      line: Number(line),
      column: Number(column),
      message: String(message),
    });
  }
}
