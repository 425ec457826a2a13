import { vi } from "vitest";
import {
  type Comm,
  type CommMessage,
  type KernelBridge,
  type MimeBundle,
  setKernelBridge,
} from "../../kernel-lib/engine/bridge";

/** What the page received on a line. */
export interface Received {
  type: "open" | "msg" | "close";
  id: string;
  target?: string;
  data: Record<string, unknown> | undefined;
  metadata?: Record<string, unknown>;
  buffers?: readonly Uint8Array[];
}

/** The far end of all lines: keeps what it receives, and sends as a front end would. */
export class FakePage {
  readonly received: Received[] = [];
  readonly shown: MimeBundle[] = [];
  private readonly lines = new Map<string, { message: Handler[]; close: (() => unknown)[] }>();
  private readonly targets = new Map<string, (comm: Comm, data: Record<string, unknown>) => unknown>();

  enter(): void {
    const bridge: KernelBridge = {
      display: (data) => void this.shown.push(data),
      signal: new AbortController().signal,
      openComm: (target, data, { id = `id-${this.lines.size + 1}`, ...extras } = {}) => {
        this.received.push({ type: "open", id, target, data, ...extras });
        return this.line(id);
      },
      serveComms: (target, open) => void this.targets.set(target, open),
    };
    setKernelBridge(bridge);
  }

  /** Everything since the last call. */
  take(): Received[] {
    return this.received.splice(0);
  }

  /** Sends a message to the process, and waits for what it sets off. */
  async send(id: string, data: Record<string, unknown>, buffers: Uint8Array[] = []): Promise<void> {
    await Promise.all(this.lines.get(id)!.message.map((handle) => handle(data, buffers)));
  }

  async close(id: string): Promise<void> {
    await Promise.all(this.lines.get(id)!.close.map((handle) => handle()));
  }

  open(target: string, id: string): void {
    this.targets.get(target)!(this.line(id), {});
  }

  private line(id: string): Comm {
    const ends = { message: [] as Handler[], close: [] as (() => unknown)[] };
    this.lines.set(id, ends);
    return {
      id,
      send: (data, extras: CommMessage = {}) => void this.received.push({ type: "msg", id, data, ...extras }),
      onMessage: (handle) => void ends.message.push(handle),
      onClose: (handle) => void ends.close.push(handle),
      close: vi.fn((data) => void this.received.push({ type: "close", id, data })),
    };
  }
}

type Handler = (data: Record<string, unknown>, buffers: readonly Uint8Array[]) => unknown;
