import type { Benchmark } from "./benchmark";
import { matmulTrainStep } from "./matmulTrainStep";

export type { Benchmark, BenchmarkResult, Contender, Timing } from "./benchmark";

/** Every benchmark, in the order in which `recursivemas bench` runs them. */
export const BENCHMARKS: readonly Benchmark[] = [matmulTrainStep];
