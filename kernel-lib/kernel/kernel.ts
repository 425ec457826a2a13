import { setTimeout as delay } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { Cell, type CellScope } from "./cell";
import type { Channel, Channels } from "./channels";
import { History } from "./history";
import type { KernelInfo } from "./info";
import { isComplete } from "./language";
import type { Content, Message } from "./message";
import { show } from "./mime";
import type { Outcome, Session } from "./session";

/** How long other requests wait for the running cells, before they are answered beside them. */
const PATIENCE_MS = 300;

interface Queued {
  request: Message;
  aborted: boolean;
}

export interface KernelOptions {
  channels: Channels;
  session: Session;
  scope: CellScope;
  info: KernelInfo;
  /** Shown on stderr of the first cell: why the library is not in scope, for instance. */
  notice?: string;
  /** Ends the process. */
  exit: () => Promise<void>;
}

/** Answers requests: cells one after the other, everything else also while a cell awaits. */
export class Kernel {
  private readonly history = new History();
  private readonly queue: Queued[] = [];
  private count = 0;
  private running: Message | undefined;
  private cells: Promise<void> = Promise.resolve();
  private others: Promise<void> = Promise.resolve();
  private notice: string | undefined;

  constructor(private readonly options: KernelOptions) {
    this.notice = options.notice;
  }

  receive(request: Message, channel: Channel): void {
    if (request.header.msg_type === "execute_request") {
      this.queue.push({ request, aborted: false });
      this.cells = this.cells.then(() => this.next());
      return;
    }
    if (channel === "control") {
      void this.answer(request, channel);
      return;
    }
    this.others = this.others.then(async () => {
      if (this.queue.length > 0 || this.running) await Promise.race([this.cells, delay(PATIENCE_MS)]);
      await this.answer(request, channel);
    });
  }

  /** Notes an `interrupt_request` that the control thread has answered; it was a signal where there are signals. */
  noteInterrupt(request: Message): void {
    this.status("busy", request);
    if (process.platform === "win32") this.interrupt();
    this.status("idle", request);
    if (this.running) this.status("busy", this.running);
  }

  interrupt(): void {
    this.options.session.interrupter.press();
  }

  private status(execution_state: string, request: Message): void {
    this.options.channels.publish("status", { execution_state }, request.header);
  }

  private async answer(request: Message, channel: Channel): Promise<void> {
    this.status("busy", request);
    try {
      const content = this.contentFor(request);
      const type = replyType(request);
      if (content) this.options.channels.reply(request, channel, type, content);
      if (content && type === "shutdown_reply") this.options.channels.publish(type, content, request.header);
    } catch (error) {
      this.refuse(request, channel, error);
    }
    this.status("idle", request);
    // Front ends show the newest status of any request: a cell that still runs has to have the last word.
    if (this.running) this.status("busy", this.running);
    if (request.header.msg_type === "shutdown_request") await this.options.exit();
  }

  /** A request that failed in the kernel itself is answered too: front ends would wait for ever. */
  private refuse(request: Message, channel: Channel, error: unknown): void {
    const content = { status: "error", ...this.options.session.report(error) };
    this.options.channels.reply(request, channel, replyType(request), content);
  }

  private contentFor({ header, content }: Message): Content | undefined {
    const { session, info, channels } = this.options;
    const code = String(content.code ?? "");
    const cursor = typeof content.cursor_pos === "number" ? content.cursor_pos : code.length;
    switch (header.msg_type) {
      case "kernel_info_request":
        return { ...info };
      case "complete_request":
        return session.complete(code, cursor);
      case "inspect_request":
        return session.inspect(code, cursor);
      case "is_complete_request":
        return isComplete(code);
      case "history_request":
        return this.history.answer(content);
      case "comm_info_request":
        return { status: "ok", comms: {} };
      case "comm_open":
        channels.publish("comm_close", { comm_id: content.comm_id, data: {} }, header);
        return undefined;
      case "shutdown_request":
        return { status: "ok", restart: content.restart === true };
      default:
        return undefined;
    }
  }

  private async next(): Promise<void> {
    const { request, aborted } = this.queue.shift()!;
    const { channels } = this.options;
    this.running = request;
    this.status("busy", request);
    try {
      if (aborted) channels.reply(request, "shell", "execute_reply", { status: "aborted" });
      else await this.execute(request);
    } catch (error) {
      this.refuse(request, "shell", error);
    }
    this.status("idle", request);
    this.running = undefined;
  }

  private async execute(request: Message): Promise<void> {
    const { channels, session, scope } = this.options;
    const { code: given, silent = false, store_history = true, stop_on_error = true } = request.content;
    const code = String(given ?? "");
    const stored = silent !== true && store_history !== false;
    const execution_count = stored ? ++this.count : this.count + 1;
    const cell = new Cell(request, stored ? `cell ${execution_count}` : "unnumbered cell", (type, content) =>
      channels.publish(type, content, request.header),
    );
    if (stored) this.history.add(execution_count, code);
    if (silent !== true) cell.publish("execute_input", { code, execution_count });
    this.tell(cell);

    const outcome = await scope.run(cell, async () => {
      const ran = await session.run(cell, code);
      return ran.status === "error" || silent === true ? ran : this.result(cell, ran.value, execution_count);
    });

    cell.flush();
    if (outcome.status === "ok") {
      const content = { status: "ok", execution_count, user_expressions: {}, payload: [] };
      channels.reply(request, "shell", "execute_reply", content);
      return;
    }
    // Everything that arrived until now was sent in the hope that this cell works; what comes after is not.
    if (stop_on_error !== false) {
      await channels.settle();
      for (const waiting of this.queue) waiting.aborted = true;
    }
    cell.publish("error", { ...outcome.error });
    const content = { status: "error", execution_count, user_expressions: {}, payload: [], ...outcome.error };
    channels.reply(request, "shell", "execute_reply", content);
  }

  /** Shows the value of the last expression; drawing itself may fail, which then is the cell's error. */
  private async result(cell: Cell, value: unknown, execution_count: number): Promise<Outcome> {
    const { session } = this.options;
    try {
      const data = await show(value);
      if (!data) return { status: "ok", value };
      cell.publish("execute_result", { execution_count, data, metadata: {} });
      const text = data["text/plain"];
      if (typeof text === "string") this.history.setOutput(execution_count, stripVTControlCharacters(text));
      return { status: "ok", value };
    } catch (error) {
      return { status: "error", error: session.report(error) };
    }
  }

  private tell(cell: Cell): void {
    if (this.notice === undefined) return;
    cell.write("stderr", `${this.notice}\n`);
    this.notice = undefined;
  }
}

function replyType({ header }: Message): string {
  return header.msg_type.replace(/_request$/, "_reply");
}
