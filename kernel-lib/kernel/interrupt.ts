import type { Cell } from "./cell";

/** How long a loop has to notice its signal and end with what it has, before the cell is ended over its head. */
const GRACE_MS = 2000;

/** What a cell that was stopped fails with. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  constructor() {
    super("the cell was stopped; variables of this session are kept");
  }
}

/**
 * The Stop button. It fires the signals of all cells, also of those whose work goes on behind them. The first press fires the signal of the running cell, so that a loop that watches it ends by
 * itself with partial results; a second press, or the end of the grace period, ends the cell at once.
 */
export class Interrupter {
  private cell: Cell | undefined;
  private readonly earlier: AbortController[] = [];
  private grace: NodeJS.Timeout | undefined;
  private end: (() => void) | undefined;

  /** @param endNow Makes the executor give up the promise it awaits. */
  constructor(private readonly endNow: () => void) {}

  /** Runs `work` as the cell that Stop applies to. */
  async watch<T>(cell: Cell, work: (stopped: Promise<never>) => Promise<T>): Promise<T> {
    const stopped = new Promise<never>((_, reject) => {
      this.end = () => reject(new Interrupted());
    });
    stopped.catch(() => undefined);
    this.cell = cell;
    try {
      return await work(stopped);
    } finally {
      clearTimeout(this.grace);
      this.earlier.push(cell.controller);
      this.cell = undefined;
      this.grace = undefined;
      this.end = undefined;
    }
  }

  press(): void {
    // Loops that nobody awaits outlive their cell; Stop is the only way to reach them.
    for (const controller of this.earlier.splice(0)) controller.abort(new Interrupted());
    if (!this.cell) return;
    if (this.cell.controller.signal.aborted) {
      this.finish();
      return;
    }
    this.cell.controller.abort(new Interrupted());
    this.grace = setTimeout(() => this.finish(), GRACE_MS);
  }

  private finish(): void {
    this.endNow();
    this.end?.();
  }
}

/** Whether the executor or the virtual machine reports that a cell was stopped. */
export function isInterruption(error: unknown): boolean {
  if (error instanceof Interrupted) return true;
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return code === "ERR_SCRIPT_EXECUTION_INTERRUPTED" || error.message === "Interrupted asynchronously";
}
