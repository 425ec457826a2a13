/** A MIME bundle as Jupyter's `display_data` carries it. */
export type MimeBundle = Record<string, unknown>;

/** What a notebook kernel offers to the library; found by name, so that the library never imports a kernel. */
export interface KernelBridge {
  /** Shows a bundle in the running cell; with `update`, replaces the output of that `displayId` instead. */
  display(
    data: MimeBundle,
    options?: { displayId?: string; update?: boolean; metadata?: Record<string, unknown> },
  ): void;
  /** Fires when the person presses Stop; a fresh one per cell. */
  readonly signal: AbortSignal;
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
