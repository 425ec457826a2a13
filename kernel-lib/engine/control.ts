import { setImmediate } from "node:timers/promises";
import { kernelBridge } from "./bridge";

/** One report of a long loop: `step` of `total` done, with the newest loss or score if there is one. */
export interface Progress {
  label: string;
  step: number;
  total: number;
  /** Named figures to show beside the bar, such as `{ loss: 0.41 }`; `loss` is also drawn as a sparkline. */
  metrics?: Readonly<Record<string, number>>;
}

/** What every long-running public function accepts. */
export interface LoopControl {
  /** Stops the loop at its next step. Default: the signal of the running notebook cell, when there is one. */
  signal?: AbortSignal;
  /**
   * Called after each step. Default: a progress bar in a notebook; elsewhere a line per 10 % on standard error, once
   * the loop has taken five seconds. `null` for silence.
   */
  onProgress?: ((progress: Progress) => void) | null;
}

/** Thrown when a loop stops because its signal fired; `partial` is what was finished before. */
export class AbortedError<T = unknown> extends Error {
  override readonly name = "AbortedError";

  constructor(
    message: string,
    readonly partial?: T,
  ) {
    super(message);
  }
}

/** The signal given, or the one of the notebook cell that is running. */
export function signalOf({ signal }: LoopControl): AbortSignal | undefined {
  return signal ?? kernelBridge()?.signal;
}

/** Lets timers, sockets and the Stop button in, then throws an {@link AbortedError} if the loop was told to stop. */
export async function breathe(signal: AbortSignal | undefined, partial?: unknown): Promise<void> {
  await setImmediate();
  if (signal?.aborted) throw new AbortedError("stopped on request; what was finished is kept", partial);
}
