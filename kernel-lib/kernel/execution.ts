import { inspect, stripVTControlCharacters } from "node:util";
import { Cell, type CellScope } from "./cell";
import type { Channels } from "./channels";
import { History } from "./history";
import type { Content, Message } from "./message";
import { metadataOf, show } from "./mime";
import { askedName, page, unknownName } from "./pager";
import type { Outcome, Session } from "./session";

export interface ExecutionOptions {
  channels: Channels;
  session: Session;
  scope: CellScope;
  /** Shown on stderr of the first cell: why the library is not in scope, for instance. */
  notice?: string;
}

/** Runs cells, one at a time: counts them, shows their values, and keeps them in the history. */
export class Execution {
  readonly history = new History();
  private count = 0;
  private notice: string | undefined;

  constructor(private readonly options: ExecutionOptions) {
    this.notice = options.notice;
  }

  /**
   * Runs one cell, publishes what it shows, and returns the content of its reply.
   *
   * @param content that of the request, checked
   * @param beforeError called when the cell failed, before anybody hears of it
   */
  async run(request: Message, content: Content, beforeError: () => Promise<void>): Promise<Content> {
    const { scope } = this.options;
    const { silent = false, store_history = true, user_expressions = {} } = content;
    const code = content.code as string;
    const stored = !silent && store_history === true;
    const execution_count = stored ? ++this.count : this.count + 1;
    const cell = this.cell(request, stored ? `cell ${execution_count}` : "unnumbered cell");
    if (stored) this.history.add(execution_count, code);
    if (!silent) cell.publish("execute_input", { code, execution_count });
    this.tell(cell);

    const asked = askedName(code);
    const payload: Content[] = [];
    const outcome = await scope.run(cell, async () => {
      if (asked !== undefined) return this.page(cell, asked, payload);
      return this.program(cell, code, silent ? undefined : execution_count);
    });
    cell.flush();

    if (outcome.status === "ok") {
      const values = await this.evaluate(request, user_expressions as Record<string, string>);
      return { status: "ok", execution_count, user_expressions: values, payload };
    }
    await beforeError();
    cell.publish("error", { ...outcome.error });
    return { status: "error", execution_count, user_expressions: {}, payload, ...outcome.error };
  }

  /** What the reply to a cell holds that was not run. */
  skipped(): Content {
    return { execution_count: this.count, user_expressions: {}, payload: [] };
  }

  private cell(request: Message, label: string): Cell {
    const { channels } = this.options;
    return new Cell(request, label, (type, content) => channels.publish(type, content, request.header));
  }

  private async program(cell: Cell, code: string, execution_count: number | undefined): Promise<Outcome> {
    const ran = await this.options.session.run(cell, code);
    if (ran.status === "error" || execution_count === undefined) return ran;
    return this.result(cell, ran.value, execution_count);
  }

  /** Shows the value of the last expression; drawing itself may fail, which then is the cell's error. */
  private async result(cell: Cell, value: unknown, execution_count: number): Promise<Outcome> {
    const { session } = this.options;
    try {
      const data = await show(value);
      if (!data) return { status: "ok", value };
      cell.publish("execute_result", { execution_count, data, metadata: metadataOf(data) });
      const text = data["text/plain"];
      if (typeof text === "string") this.history.setOutput(execution_count, stripVTControlCharacters(text));
      return { status: "ok", value };
    } catch (error) {
      return { status: "error", error: session.report(error) };
    }
  }

  private page(cell: Cell, name: string, payload: Content[]): Outcome {
    const found = page(name, (code, cursor) => this.options.session.inspect(code, cursor));
    if (found) payload.push(found);
    else cell.write("stderr", unknownName(name));
    return { status: "ok", value: undefined };
  }

  /** The values of expressions that a front end asks for together with a cell. */
  private async evaluate(request: Message, expressions: Record<string, string>): Promise<Content> {
    const { session, scope } = this.options;
    const values: [string, Content][] = [];
    for (const [name, expression] of Object.entries(expressions)) {
      const cell = this.cell(request, `expression "${name}"`);
      const value = await scope.run(cell, async () => {
        // In a list, null is told from undefined, and a statement is refused.
        const ran = await session.run(cell, `[await (${expression}\n)]`);
        if (ran.status === "error") return { status: "error", ...ran.error };
        try {
          const [value] = ran.value as [unknown];
          const data = (await show(value)) ?? { "text/plain": inspect(value) };
          return { status: "ok", data, metadata: metadataOf(data) };
        } catch (error) {
          return { status: "error", ...session.report(error) };
        }
      });
      cell.flush();
      values.push([name, value]);
    }
    return Object.fromEntries(values);
  }

  private tell(cell: Cell): void {
    if (this.notice === undefined) return;
    cell.write("stderr", `${this.notice}\n`);
    this.notice = undefined;
  }
}
