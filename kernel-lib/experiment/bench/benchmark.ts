import { breathe, type LoopControl, signalOf } from "../../engine/control";

/** One way of doing the work that a benchmark compares; `run` resolves when the work is done, not merely queued. */
export interface Contender {
  label: string;
  run(): Promise<void>;
  /** Follows each run and is not timed. */
  after?(): Promise<void>;
}

/** How long one contender took. */
export interface Timing {
  label: string;
  /** Median, in milliseconds. */
  ms: number;
  /** Every run, in milliseconds, in the order of the runs. */
  samples: number[];
}

/** What a benchmark found. */
export interface BenchmarkResult {
  /** Ours first. */
  timings: readonly [Timing, Timing];
  /** How many times longer the second takes: the median of the second over the median of the first. */
  ratio: number;
  /** Everything that sets the amount of work. Plain JSON. */
  config: unknown;
}

/** A comparison of two ways of doing the same work. */
export interface Benchmark {
  name: string;
  /** What is compared with what, in one line. */
  description: string;
  run(options: { repeat: number } & LoopControl): Promise<BenchmarkResult>;
}

/**
 * Times two contenders side by side: each runs once to warm up, then they take turns, so that whatever else the
 * machine does meets both alike.
 *
 * @throws AbortedError if the signal fires
 */
export async function sideBySide(
  contenders: readonly [Contender, Contender],
  { repeat, ...control }: { repeat: number } & LoopControl,
): Promise<Pick<BenchmarkResult, "timings" | "ratio">> {
  const signal = signalOf(control);
  const samples: [number[], number[]] = [[], []];
  for (let turn = -1; turn < repeat; turn++) {
    for (const [i, contender] of contenders.entries()) {
      const began = performance.now();
      await contender.run();
      if (turn >= 0) samples[i]!.push(performance.now() - began);
      await contender.after?.();
      await breathe(signal);
    }
  }
  const timing = (i: 0 | 1): Timing => ({
    label: contenders[i].label,
    ms: median(samples[i]),
    samples: samples[i],
  });
  const timings = [timing(0), timing(1)] as const;
  return { timings, ratio: timings[1].ms / timings[0].ms };
}

/** The middle of some numbers, or the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2;
}
