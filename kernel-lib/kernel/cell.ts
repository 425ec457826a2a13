import { AsyncLocalStorage } from "node:async_hooks";
import type { Content, Message } from "./message";

/** Front ends cut a kernel off that sends a message for every line of a long loop. */
const STREAM_INTERVAL_MS = 50;

/** One execution: whose output is whose, and how it is told to stop. */
export class Cell {
  readonly controller = new AbortController();
  private written: { name: string; text: string } | undefined;
  private sentAt = 0;
  private timer: NodeJS.Timeout | undefined;

  /** @param label How tracebacks name it, such as "cell 3". */
  constructor(
    readonly request: Message,
    readonly label: string,
    private readonly send: (type: string, content: Content) => void,
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

/** Knows which cell the code that is running now came from, also in timers and promises that outlive their cell. */
export class CellScope {
  private readonly storage = new AsyncLocalStorage<Cell>();
  private newest: Cell | undefined;

  run<T>(cell: Cell, work: () => Promise<T>): Promise<T> {
    this.newest = cell;
    return this.storage.run(cell, work);
  }

  /** The newest cell stands in where the context is lost, as in callbacks from native code. */
  get current(): Cell | undefined {
    return this.storage.getStore() ?? this.newest;
  }
}
