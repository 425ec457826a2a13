import { checkChoice } from "../engine/check";
import { type LinkTask, layoutOf, type ReleasedName } from "./layout";
import type { PromptKind } from "./prompts";

/** The benchmarks that the authors ran their systems on. */
export type Benchmark =
  | "math500"
  | "medqa"
  | "gpqa"
  | "mbppplus"
  | "aime25"
  | "aime26"
  | "lcb"
  | "bamboogle"
  | "hotpotqa";

/** How the authors ran a system on a benchmark. */
export interface RecommendedSettings {
  /** m, latent thoughts per turn. */
  latentSteps: number;
  /** Rounds of recursion. */
  rounds: number;
  batchSize: number;
  decoding: { temperature: number; topP: number };
  /** Of the answer, in tokens: the `maxNewTokens` of the {@link Task} whose questions are asked. */
  maxNewTokens: number;
  /** The links that serve it. */
  task: LinkTask;
  /** The prompts that serve it. */
  kind: PromptKind;
  source: string;
}

const SOURCE =
  "m, rounds and batch: the released inference code after 2026-06-28, tuned on the test sets; " +
  "top-p and temperature: the paper; the answer's length: the released run.py";

/** m, rounds, batch. */
type Row = readonly [latentSteps: number, rounds: number, batchSize: number];

const ROWS: Readonly<Record<ReleasedName, Readonly<Partial<Record<Benchmark, Row>>>>> = {
  "sequential-light": {
    math500: [32, 3, 16],
    medqa: [32, 2, 16],
    gpqa: [48, 3, 16],
    mbppplus: [48, 3, 16],
    aime25: [32, 3, 15],
    aime26: [32, 2, 15],
  },
  "sequential-scaled": {
    math500: [64, 2, 16],
    medqa: [32, 3, 16],
    gpqa: [32, 2, 16],
    mbppplus: [32, 3, 16],
    aime25: [48, 3, 15],
    aime26: [64, 3, 15],
    lcb: [48, 2, 12],
  },
  mixture: {
    math500: [64, 3, 16],
    medqa: [48, 2, 16],
    gpqa: [48, 3, 16],
    mbppplus: [32, 3, 16],
    aime25: [16, 3, 15],
    aime26: [32, 2, 15],
    lcb: [16, 2, 12],
  },
  distillation: {
    math500: [64, 3, 16],
    medqa: [64, 2, 16],
    gpqa: [64, 3, 16],
    mbppplus: [16, 2, 16],
    aime25: [32, 3, 15],
    aime26: [32, 3, 15],
    lcb: [64, 2, 12],
  },
  deliberation: {
    math500: [16, 2, 16],
    medqa: [16, 2, 16],
    gpqa: [16, 3, 16],
    mbppplus: [16, 3, 16],
    aime25: [16, 3, 15],
    aime26: [16, 2, 15],
    lcb: [16, 3, 12],
    bamboogle: [16, 3, 8],
    hotpotqa: [32, 2, 8],
  },
};

const KINDS: Readonly<Record<Benchmark, PromptKind>> = {
  math500: "math",
  medqa: "choice",
  gpqa: "choice",
  mbppplus: "code",
  aime25: "math",
  aime26: "math",
  lcb: "code",
  bamboogle: "math",
  hotpotqa: "math",
};

/** Answer lengths; of the light system where they differ. */
const TOKENS: Readonly<Record<Benchmark, { light?: number; tokens: number }>> = {
  math500: { light: 1000, tokens: 2000 },
  medqa: { tokens: 4000 },
  gpqa: { tokens: 4000 },
  mbppplus: { tokens: 4000 },
  aime25: { light: 8192, tokens: 16000 },
  aime26: { light: 8192, tokens: 16000 },
  lcb: { tokens: 4096 },
  bamboogle: { tokens: 4000 },
  hotpotqa: { tokens: 4000 },
};

/**
 * The settings that the authors recommend for a released system on a benchmark. They were chosen on the test sets.
 *
 * @throws if there are none; the error lists the benchmarks that have some
 * @example const { task, kind, latentSteps, rounds, batchSize, decoding } = recommendedSettings("mixture", "gpqa");
 */
export function recommendedSettings(name: ReleasedName, benchmark: Benchmark): RecommendedSettings {
  layoutOf(name);
  checkChoice("benchmark", benchmark, Object.keys(KINDS));
  const row = ROWS[name][benchmark];
  if (!row) {
    throw new Error(
      `the authors recommend no settings for ${name} on ${benchmark}. ` +
        `Try one of ${Object.keys(ROWS[name]).join(", ")}.`,
    );
  }
  const [latentSteps, rounds, batchSize] = row;
  const kind = KINDS[benchmark];
  const { light, tokens } = TOKENS[benchmark];
  return {
    latentSteps,
    rounds,
    batchSize,
    decoding: { temperature: kind === "code" ? 0.2 : 0.6, topP: 0.95 },
    maxNewTokens: (name === "sequential-light" && light) || tokens,
    // as the authors say; their first code took the math links for lcb
    task: kind === "code" ? "code" : "math",
    kind,
    source: SOURCE,
  };
}
