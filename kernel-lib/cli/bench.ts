import type { Command } from "commander";
import { ready } from "../engine/backend";
import { nearest } from "../engine/nearest";
import { BENCHMARKS, type Benchmark, type BenchmarkResult } from "../experiment/bench";
import { type Provenance, provenance, stamp } from "../experiment/provenance";
import { benchFullSize } from "./benchFullSize";
import { parseCount } from "./count";
import { CliError } from "./failure";
import { KERNEL_BENCHMARKS } from "./kernelBench";

const ALL = [...BENCHMARKS, ...KERNEL_BENCHMARKS];

interface BenchFlags {
  json?: boolean;
  only?: string;
  repeat: string;
  fullSize?: string | true;
}

/** `recursivemas bench`: times this library against other ways of doing the same work, on this machine. */
export function register(program: Command, benchmarks: readonly Benchmark[] = ALL): void {
  program
    .command("bench")
    .description(
      `time the library side by side with others (${benchmarks.map(({ name }) => name).join(", ")})`,
    )
    .option("--json", "print one JSON object per line")
    .option("--only <name>", "only this benchmark")
    .option("--repeat <n>", "timed runs of each, after one to warm up; the median counts", "5")
    .option(
      "--full-size [model]",
      "instead, load a made-up model of published size, and have it speak and think",
    )
    .action(async ({ json, only, repeat, fullSize }: BenchFlags) => {
      if (fullSize !== undefined) return benchFullSize(fullSize, json);
      const times = parseCount("--repeat", repeat);
      const { name: backend } = await ready();
      for (const benchmark of chosen(benchmarks, only)) {
        const result = await benchmark.run({ repeat: times });
        const made = await provenance({ config: { ...(result.config as object), repeat: times }, backend });
        console.log(json ? asJSON(benchmark, result, made) : asText(benchmark, result, made));
      }
    });
}

function chosen(benchmarks: readonly Benchmark[], only: string | undefined): readonly Benchmark[] {
  if (only === undefined) return benchmarks;
  const found = benchmarks.filter(({ name }) => name === only);
  if (found.length > 0) return found;
  const names = benchmarks.map(({ name }) => name);
  throw new CliError(
    `There is no benchmark "${only}"; there are ${names.join(", ")}. Try --only ${nearest(only, names)}.`,
  );
}

function asText(
  { name, description }: Benchmark,
  { timings, ratio }: BenchmarkResult,
  made: Provenance,
): string {
  const times = timings.map(({ label, ms }) => `${label} ${ms.toFixed(1)} ms`).join("   ");
  return [
    `${name}   ${times}   ratio ${ratio.toFixed(2)}   ${made.backend}`,
    `  ${description}`,
    `  ${stamp(made)} · tfjs ${made.tfjs} · ${made.cpu}`,
  ].join("\n");
}

function asJSON({ name }: Benchmark, { timings, ratio }: BenchmarkResult, made: Provenance): string {
  const byLabel = (value: (timing: (typeof timings)[number]) => unknown) =>
    Object.fromEntries(timings.map((timing) => [timing.label, value(timing)]));
  return JSON.stringify({
    name,
    ms: byLabel(({ ms }) => ms),
    ratio,
    backend: made.backend,
    samples: byLabel(({ samples }) => samples),
    provenance: made,
  });
}
