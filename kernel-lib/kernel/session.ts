import type { Cell } from "./cell";
import { type Compiler, prepareCompiler } from "./compiler";
import { type Diagnostic, reportDiagnostics } from "./diagnostics";
import {
  Interrupted,
  Interrupter,
  type InterrupterOptions,
  isBrokenBySignal,
  isInterruption,
} from "./interrupt";
import { complete, inspectAt } from "./language";
import { type Library, shareWithCells } from "./library";
import type { Content } from "./message";
import { type Preloaded, preloaded } from "./preload";
import { Sources } from "./sources";
import { startupFiles } from "./startup";
import { type ErrorReport, reportError } from "./traceback";
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
  private readonly compiler: Compiler;
  private scope: Preloaded | undefined;
  /** What the newest cell that failed has thrown. */
  private failure: unknown;
  private heard: Heard = { value: undefined, errors: [], diagnostics: [] };

  constructor(
    private readonly folder: string,
    private readonly library: Library,
    stop: Omit<InterrupterOptions, "endNow">,
  ) {
    const { sources, compiling } = this;
    this.compiler = prepareCompiler({ folder, library, sources, compiling });
    this.typescript = this.compiler.version;
    shareWithCells(library);
    sources.mapStacks();
    this.executor = openExecutor(folder, {
      log: (value) => {
        this.heard.value = value;
      },
      error: (...given) => this.hear(given),
    });
    this.interrupter = new Interrupter({ ...stop, endNow: () => this.executor.interrupt() });
  }

  /**
   * Brings the library and the startup files into scope.
   *
   * @returns what the person should know of it: why the library is missing, how startup files failed
   */
  async prepare(): Promise<string[]> {
    const { library, folder } = this;
    const names = this.compiler.names();
    this.scope = preloaded(library, names, () => this.failure);
    await this.executor.begin(this.scope.declarations, this.scope.values);
    const notices =
      names.length > 0
        ? []
        : [
            `The library "${library.name}" is not in scope: ${library.types} is missing or exports nothing; build the package with "npm run build"`,
          ];
    for (const { label, code } of startupFiles(folder)) {
      const outcome = await this.settled(await this.execute(label, code));
      if (outcome.status === "error") notices.push(`In ${label}:`, ...outcome.error.traceback);
    }
    return notices;
  }

  /** Does what can wait until nobody waits: reads the library, and keeps what makes the next start faster. */
  settle(): void {
    try {
      this.scope?.load();
    } catch {
      // the cell that first needs it will say why
    }
    this.compiler.keep();
  }

  /** Runs a cell and awaits its last expression when that is a promise. */
  run(cell: Cell, code: string): Promise<Outcome> {
    return this.interrupter.watch(cell, async (stopped) => {
      const outcome = await this.settled(await this.execute(cell.label, code), stopped);
      if (!this.heard.errors.some(isInterruption)) return outcome;
      // A cell that was broken off may have left loops behind that can still be told.
      cell.controller.abort(new Interrupted());
      this.interrupter.endLoops(cell);
      if (this.heard.errors.some(isBrokenBySignal)) this.interrupter.signalSpent();
      return this.failed(this.interrupter.stopOf(cell) ?? new Interrupted());
    });
  }

  report(error: unknown): ErrorReport {
    return reportError(error, this.sources);
  }

  complete(code: string, cursor: number): Content {
    this.compiler.anticipate(code);
    return complete(this.executor, code, cursor, this.compiler.kindOf);
  }

  inspect(code: string, cursor: number): Content {
    this.compiler.anticipate(code);
    return inspectAt(this.executor, code, cursor);
  }

  close(): void {
    this.executor.close();
  }

  /** The outcome once its value is no longer a promise. */
  private async settled(outcome: Outcome, stopped?: Promise<never>): Promise<Outcome> {
    if (outcome.status === "error") return outcome;
    try {
      return {
        status: "ok",
        value: await (stopped ? Promise.race([outcome.value, stopped]) : outcome.value),
      };
    } catch (error) {
      this.heard.errors.push(error);
      return this.failed(error);
    }
  }

  private failed(error: unknown): Outcome {
    this.failure = error;
    return { status: "error", error: this.report(error) };
  }

  private async execute(label: string, code: string): Promise<Outcome> {
    this.heard = { value: undefined, errors: [], diagnostics: [] };
    this.compiling.label = label;
    this.sources.addText(label, code);
    try {
      this.compiler.refresh();
      this.compiler.anticipate(code);
      await this.executor.execute(code);
    } catch (error) {
      this.heard.errors.push(error);
    }
    const { value, errors, diagnostics } = this.heard;
    if (diagnostics.length > 0) {
      return {
        status: "error",
        error: reportDiagnostics(this.compiler.explain(diagnostics), label, this.sources),
      };
    }
    if (errors.length > 0) return this.failed(errors[0]);
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
