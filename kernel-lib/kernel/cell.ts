import { AsyncLocalStorage } from "node:async_hooks";
import type { Content, Extras, Message } from "./message";

/** Front ends cut a kernel off that sends a message for every line of a long loop. */
const STREAM_INTERVAL_MS = 50;

/** One execution: whose output is whose, and how it is told to stop. */
export class Cell {
  readonly controller = new AbortController();
  /** Whether anybody has asked for the signal: such work may end by itself when it fires. */
  watched = false;
  private written: { name: string; text: string } | undefined;
  private sentAt = 0;
  private timer: NodeJS.Timeout | undefined;

  /** @param label How tracebacks name it, such as "cell 3". */
  constructor(
    readonly request: Message,
    readonly label: string,
    private readonly send: (type: string, content: Content, extras?: Extras) => void,
  ) {}

  /** Publishes a message as an output of this cell. */
  publish(type: string, content: Content): void {
    this.flush();
    this.send(type, content);
  }

  /** Publishes text on "stdout" or "stderr", several writes at a time when they come fast. */
  write(name: string, text: string): void {
    if (this.written && this.written.name !== name) this.flush();
    this.written = { name, text: (this.written?.text ?? "") + text };
    if (Date.now() - this.sentAt >= STREAM_INTERVAL_MS) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), STREAM_INTERVAL_MS);
  }

  /** Publishes what was written and is still held back. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { written } = this;
    if (!written) return;
    this.written = undefined;
    this.sentAt = Date.now();
    this.send("stream", written);
  }
}

/** On whose account code runs. */
interface Context {
  /** Whose output it is. */
  cell: Cell;
  /** The request that made it run: that of the cell, or a comm message that came later. */
  cause: Message;
  signal: AbortSignal;
}

/** Knows which cell the code that is running now came from, also in timers and promises that outlive their cell. */
export class CellScope {
  private readonly storage = new AsyncLocalStorage<Context>();
  private newest: Context | undefined;

  run<T>(cell: Cell, work: () => Promise<T>): Promise<T> {
    this.newest = { cell, cause: cell.request, signal: cell.controller.signal };
    return this.storage.run(this.newest, work);
  }

  /** Runs what `cause` made necessary on account of an older cell, with its own way to be stopped. */
  resume<T>(cell: Cell, cause: Message, signal: AbortSignal, work: () => T): T {
    return this.storage.run({ cell, cause, signal }, work);
  }

  get current(): Cell | undefined {
    return this.context?.cell;
  }

  get cause(): Message | undefined {
    return this.context?.cause;
  }

  get signal(): AbortSignal | undefined {
    const { context } = this;
    if (context) context.cell.watched = true;
    return context?.signal;
  }

  /** The newest cell stands in where the context is lost, as in callbacks from native code. */
  private get context(): Context | undefined {
    return this.storage.getStore() ?? this.newest;
  }
}
