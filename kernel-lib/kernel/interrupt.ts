import type { Cell } from "./cell";
import { installGuard } from "./loopGuard";
import type { StopFlag } from "./stopFlag";

/** How long work that watches its signal has to end with what it has, before the cell is ended over its head. */
const GRACE_MS = 2000;
/** Time that passes while this thread is busy counts as one of these at most: the work could not look either. */
const GRACE_TURNS = 10;
/** A signal that the control thread sent arrives within this time after the loops have ended, or never. */
const SIGNAL_MS = 1000;
/** A loop that an earlier cell left behind is no short one that had to wait for another, if it still runs by then. */
const PROOF_MS = 200;

/** What a cell that was stopped fails with. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  constructor() {
    super("the cell was stopped; variables of earlier cells are kept");
  }
}

export interface InterrupterOptions {
  flag: StopFlag;
  /** The cell that the running code came from. */
  current: () => Cell | undefined;
  /** Makes the executor give up the promise it awaits. */
  endNow: () => void;
  /** Called at every press: tells work that belongs to no cell. */
  pressed?: () => void;
}

/**
 * The Stop button.
 *
 * The first press fires the signals of all cells, also of those whose work goes on behind them. A running cell that
 * has asked for its signal then has a grace period to end by itself with partial results; a second press, the end of
 * that period, or not having asked ends the cell at once. Its loops end with it: each begins its body with a look at
 * the {@link StopFlag}, and throws once its cell has ended.
 *
 * Presses come as messages, through the control thread, which sets the flag when this thread is too busy to take
 * notice; the loop that keeps it busy then does. A bare SIGINT is noticed between two turns of the event loop and, by
 * `vm`, in the part of a cell before its first `await`; a loop that blocks the thread later is out of its reach,
 * and Node loses one that comes while a cell is compiled.
 */
export class Interrupter {
  private cell: Cell | undefined;
  private readonly earlier = new Set<AbortController>();
  private grace: NodeJS.Timeout | undefined;
  private end: (() => void) | undefined;
  /** From when on the loops of a cell throw, in milliseconds. */
  private readonly deadlines = new WeakMap<Cell, number>();
  /** What the first loop of a cell threw that was stopped; its stack names the loop. */
  private readonly stops = new WeakMap<Cell, Interrupted>();

  constructor(private readonly options: InterrupterOptions) {
    installGuard(options.flag.words, () => this.atLoop());
  }

  /** Runs `work` as the cell that Stop applies to. */
  async watch<T>(cell: Cell, work: (stopped: Promise<never>) => Promise<T>): Promise<T> {
    const stopped = new Promise<never>((_, reject) => {
      this.end = () => reject(new Interrupted());
    });
    stopped.catch(() => undefined);
    // What was asked before this cell began was not meant for it.
    this.takeNotice();
    this.cell = cell;
    try {
      return await work(stopped);
    } finally {
      clearTimeout(this.grace);
      this.earlier.add(cell.controller);
      this.cell = undefined;
      this.grace = undefined;
      this.end = undefined;
      // One that ended by itself within the grace period may leave timers behind that go on.
      if ((this.deadlines.get(cell) ?? 0) > Date.now()) this.deadlines.delete(cell);
    }
  }

  /** Answers the presses of which the control thread tells; a loop may have taken notice of them before. */
  takeNotice(): void {
    for (let press = this.options.flag.see(); press > 0; press--) this.press();
  }

  /** Answers a SIGINT, unless the control thread sent it for a press that is answered anyway. */
  signalled(): void {
    if (!this.options.flag.takeSignal()) this.press();
  }

  /** Notes that `vm` took the signal that came last. */
  signalSpent(): void {
    this.options.flag.takeSignal();
  }

  /** Where a cell was stopped, when it was in a loop. */
  stopOf(cell: Cell): Interrupted | undefined {
    return this.stops.get(cell);
  }

  press(): void {
    // A signal of the control thread may still be under way; one that comes later is another press.
    setTimeout(() => this.options.flag.takeSignal(), SIGNAL_MS).unref();
    // Loops that nobody awaits outlive their cell; Stop is the only way to reach them.
    for (const controller of this.earlier) controller.abort(new Interrupted());
    this.earlier.clear();
    this.options.pressed?.();
    const { cell } = this;
    if (!cell) return;
    const again = cell.controller.signal.aborted;
    if (!again) cell.controller.abort(new Interrupted());
    if (again || !cell.watched) {
      this.finish(cell);
      return;
    }
    this.endLoops(cell, GRACE_MS);
    this.grant(cell, GRACE_TURNS);
  }

  /** Lets no loop of a cell go on, wherever it was left. */
  endLoops(cell: Cell, afterMs = 0): void {
    this.deadlines.set(cell, Date.now() + afterMs);
    this.options.flag.arm();
  }

  private grant(cell: Cell, turns: number): void {
    const next = () => (turns > 1 ? this.grant(cell, turns - 1) : this.finish(cell));
    this.grace = setTimeout(next, GRACE_MS / GRACE_TURNS);
  }

  private finish(cell: Cell): void {
    this.endLoops(cell);
    this.options.endNow();
    this.end?.();
  }

  /** Runs in a loop of a cell, at the beginning of each turn of it, while the flag is set. */
  private atLoop(): void {
    const cell = this.options.current();
    const presses = this.options.flag.see();
    if (!cell) {
      // A startup file: there is nothing yet that could be told.
      if (presses > 0) throw new Interrupted();
      return;
    }
    for (let press = presses; press > 0; press--) this.press();
    if (presses > 0 && cell !== this.cell) this.suspect(cell);
    const deadline = this.deadlines.get(cell);
    if (deadline === undefined) this.rest();
    if (deadline === undefined || Date.now() < deadline) return;
    const error = new Interrupted();
    // A place where it can be told: a loop may catch this error, or nobody may await it.
    if (!this.stops.has(cell)) this.stops.set(cell, error);
    throw error;
  }

  /** Ends the loops that an earlier cell left behind when it is they that block this thread. */
  private suspect(cell: Cell): void {
    if (this.deadlines.has(cell)) return;
    this.endLoops(cell, PROOF_MS);
    setImmediate(() => {
      if (!this.stops.has(cell)) this.deadlines.delete(cell);
    });
  }

  /** No cell can end while this turn of the event loop lasts: its loops need not look again. */
  private rest(): void {
    const { flag } = this.options;
    flag.disarm();
    queueMicrotask(() => flag.arm());
  }
}

/** Whether `vm` has ended a cell because of a SIGINT. */
export function isBrokenBySignal(error: unknown): boolean {
  return (
    error instanceof Error && (error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_INTERRUPTED"
  );
}

/** Whether the executor or the virtual machine reports that a cell was stopped. */
export function isInterruption(error: unknown): boolean {
  try {
    if (error instanceof Interrupted) return true;
    if (!(error instanceof Error)) return false;
    return isBrokenBySignal(error) || error.message === "Interrupted asynchronously";
  } catch {
    // an object that throws when it is looked at is none of these
    return false;
  }
}
