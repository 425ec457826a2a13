import { setTimeout as delay } from "node:timers/promises";
import type { CellScope } from "./cell";
import type { Channel, Channels } from "./channels";
import type { Comms } from "./comms";
import { Execution } from "./execution";
import type { KernelInfo } from "./info";
import { isComplete } from "./language";
import { log } from "./log";
import { type Content, type Message, MessageError } from "./message";
import { readContent } from "./request";
import type { Session } from "./session";

/** How long after the start of a cell other requests wait for its end, before they are answered beside it. */
const PATIENCE_MS = 300;

interface Queued {
  request: Message;
  channel: Channel;
  aborted: boolean;
}

export interface KernelOptions {
  channels: Channels;
  session: Session;
  scope: CellScope;
  comms: Comms;
  info: KernelInfo;
  /** Shown on stderr of the first cell: why the library is not in scope, for instance. */
  notice?: string;
  /** Ends the process. */
  exit: () => Promise<void>;
}

/** Answers requests: cells one after the other, everything else also while a cell awaits. */
export class Kernel {
  private readonly execution: Execution;
  private readonly queue: Queued[] = [];
  private running: { request: Message; since: number } | undefined;
  private cells: Promise<void> = Promise.resolve();
  private others: Promise<void> = Promise.resolve();

  constructor(private readonly options: KernelOptions) {
    this.execution = new Execution(options);
  }

  receive(request: Message, channel: Channel): void {
    if (request.header.msg_type === "execute_request") {
      this.queue.push({ request, channel, aborted: false });
      this.cells = this.cells.then(() => this.next());
      return;
    }
    if (channel === "control") {
      void this.answer(request, channel);
      return;
    }
    this.others = this.others.then(async () => {
      await this.patience();
      const answered = this.answer(request, channel);
      // What a page says may set off long work: it begins in order, and holds up nothing.
      if (!isComm(request)) await answered;
    });
  }

  /** Notes an `interrupt_request` that the control thread has answered. */
  noteInterrupt(request: Message): void {
    this.status("busy", request);
    this.options.session.interrupter.takeNotice();
    this.status("idle", request);
    if (this.running) this.status("busy", this.running.request);
  }

  private status(execution_state: string, request: Message): void {
    this.options.channels.publish("status", { execution_state }, request.header);
  }

  /** Lets cells that are short, and came before, end first. */
  private async patience(): Promise<void> {
    if (this.queue.length === 0 && !this.running) return;
    const left = (this.running?.since ?? Date.now()) + PATIENCE_MS - Date.now();
    if (left > 0) await Promise.race([this.cells, delay(left)]);
  }

  private async answer(request: Message, channel: Channel): Promise<void> {
    this.status("busy", request);
    try {
      const content = await this.contentFor(request);
      const type = replyType(request);
      if (content) this.options.channels.reply(request, channel, type, content);
      if (content && type === "shutdown_reply") this.options.channels.publish(type, content, request.header);
    } catch (error) {
      this.refuse(request, channel, error);
    }
    this.status("idle", request);
    // Front ends show the newest status of any request: a cell that still runs has to have the last word.
    if (this.running) this.status("busy", this.running.request);
    if (request.header.msg_type === "shutdown_request") await this.options.exit();
  }

  /** A request that cannot be served is answered too: front ends would wait for ever. */
  private refuse(request: Message, channel: Channel, error: unknown, more: Content = {}): void {
    if (!request.header.msg_type.endsWith("_request")) {
      log(error);
      return;
    }
    const content = { status: "error", ...more, ...this.options.session.report(error) };
    this.options.channels.reply(request, channel, replyType(request), content);
  }

  private contentFor(request: Message): Content | undefined | Promise<undefined> {
    const { session, info, comms } = this.options;
    const content = readContent(request);
    const code = content.code as string;
    const cursor = (content.cursor_pos as number | undefined) ?? Number.MAX_SAFE_INTEGER;
    switch (request.header.msg_type) {
      case "kernel_info_request":
        return { ...info };
      case "complete_request":
        return session.complete(code, cursor);
      case "inspect_request":
        return session.inspect(code, cursor);
      case "is_complete_request":
        return isComplete(code);
      case "history_request":
        return this.execution.history.answer(content);
      case "comm_info_request":
        return comms.info(content.target_name as string | undefined);
      case "comm_open":
      case "comm_msg":
      case "comm_close":
        return comms.receive(request, content).then(() => undefined);
      case "shutdown_request":
        return { status: "ok", restart: content.restart === true };
      default:
        throw new MessageError(
          `"${request.header.msg_type.slice(0, 80)}" is no request that this kernel serves`,
        );
    }
  }

  private async next(): Promise<void> {
    const { request, channel, aborted } = this.queue.shift()!;
    const { channels } = this.options;
    this.running = { request, since: Date.now() };
    this.status("busy", request);
    try {
      const reply = aborted
        ? { status: "aborted", ...this.execution.skipped() }
        : await this.execution.run(request, readContent(request), () => this.abortWaiting(request));
      channels.reply(request, channel, "execute_reply", reply);
    } catch (error) {
      this.refuse(request, channel, error, this.execution.skipped());
    }
    this.status("idle", request);
    this.running = undefined;
  }

  /** Everything that arrived until now was sent in the hope that the cell works; what comes after is not. */
  private async abortWaiting({ content }: Message): Promise<void> {
    if (content.stop_on_error === false) return;
    await this.options.channels.settle();
    for (const waiting of this.queue) waiting.aborted = true;
  }
}

function isComm({ header }: Message): boolean {
  return header.msg_type.startsWith("comm_") && !header.msg_type.endsWith("_request");
}

function replyType({ header }: Message): string {
  return header.msg_type.replace(/_request$/, "_reply");
}
