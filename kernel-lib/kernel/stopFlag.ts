/** Bits of the first word, which every loop of a cell reads. */
const BLOCKED = 1;
const ARMED = 2;

const [LOOPS, ASKED, SEEN, SIGNALLED] = [0, 1, 2, 3];

/**
 * What the control thread and the kernel's own thread know of Stop, in memory that both can read and write while the
 * other is busy.
 */
export class StopFlag {
  /** Loops of cells do something beside their work as long as the first of these is not 0. */
  readonly words: Int32Array;

  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(16)) {
    this.words = new Int32Array(memory);
  }

  /** Notes one more press of Stop; returns which one it is, for {@link isSeen}. */
  ask(): number {
    return Atomics.add(this.words, ASKED, 1) + 1;
  }

  isSeen(press: number): boolean {
    return Atomics.load(this.words, SEEN) >= press;
  }

  /** Tells loops that nobody takes notice of this press, unless somebody just has. */
  block(press: number): void {
    Atomics.or(this.words, LOOPS, BLOCKED);
    if (this.isSeen(press)) Atomics.and(this.words, LOOPS, ~BLOCKED);
  }

  /** Takes notice of all presses so far; returns how many were new. */
  see(): number {
    const asked = Atomics.load(this.words, ASKED);
    const before = Atomics.exchange(this.words, SEEN, asked);
    Atomics.and(this.words, LOOPS, ~BLOCKED);
    return asked - before;
  }

  /** Makes loops look whether their cell has ended. */
  arm(): void {
    Atomics.or(this.words, LOOPS, ARMED);
  }

  disarm(): void {
    Atomics.and(this.words, LOOPS, ~ARMED);
  }

  /** Notes that this process is about to send itself a signal for a press that was noted already. */
  announceSignal(): void {
    Atomics.store(this.words, SIGNALLED, 1);
  }

  /** Whether a signal was announced and not yet taken. */
  takeSignal(): boolean {
    return Atomics.exchange(this.words, SIGNALLED, 0) === 1;
  }
}
