/** A MIME bundle as Jupyter's `display_data` carries it. */
export type MimeBundle = Record<string, unknown>;

/** One open line between this process and an object in the page, such as a widget's view. */
export interface Comm {
  readonly id: string;
  /** Sends a message to the page; `buffers` travel beside the JSON. */
  send(data: Record<string, unknown>, options?: CommMessage): void;
  /** Calls `handle` for every message from the page; its output belongs to the cell that opened the line. */
  onMessage(handle: (data: Record<string, unknown>, buffers: readonly Uint8Array[]) => unknown): void;
  /** Calls `handle` when the page closes the line. */
  onClose(handle: () => unknown): void;
  /** Tells the page that the line is closed; sending afterwards fails. */
  close(data?: Record<string, unknown>): void;
}

/** What may go with the data of a message to the page. */
export interface CommMessage {
  metadata?: Record<string, unknown>;
  buffers?: readonly Uint8Array[];
}

/** What a notebook kernel offers to the library; found by name, so that the library never imports a kernel. */
export interface KernelBridge {
  /** Shows a bundle in the running cell; with `update`, replaces the output of that `displayId` instead. */
  display(
    data: MimeBundle,
    options?: { displayId?: string; update?: boolean; metadata?: Record<string, unknown> },
  ): void;
  /** How a value shows itself as the last expression of a cell; undefined when it shows nothing. */
  show?(value: unknown): Promise<MimeBundle | undefined>;
  /** Fires when the person presses Stop; a fresh one per cell. */
  readonly signal: AbortSignal;
  /** Opens a line to the page; the page makes the object that `target` names, with `data`. */
  openComm?(target: string, data?: Record<string, unknown>, options?: CommMessage & { id?: string }): Comm;
  /** Serves lines that the page opens; a target that nobody serves is closed again. */
  serveComms?(target: string, open: (comm: Comm, data: Record<string, unknown>) => unknown): void;
}

const KEY: unique symbol = Symbol.for("recursivemas.kernel") as never;

/** Objects carrying this method show themselves as the last expression of a cell (the Deno convention). */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display") as never;

/** The kernel that this process is, or undefined outside a notebook. */
export function kernelBridge(): KernelBridge | undefined {
  return (globalThis as { [KEY]?: KernelBridge })[KEY];
}

/** Called by the kernel before each cell (and with undefined by tests, to leave). */
export function setKernelBridge(bridge: KernelBridge | undefined): void {
  (globalThis as { [KEY]?: KernelBridge })[KEY] = bridge;
}

/** A bundle may carry Jupyter's display metadata (a picture's width) under this symbol, which JSON never sees. */
export const METADATA: unique symbol = Symbol.for("Jupyter.metadata") as never;
