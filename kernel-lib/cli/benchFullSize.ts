import { constants } from "node:os";
import { AbortedError } from "../engine/control";
import { FULL_SIZE_MODELS, type FullSizeResult, measureFullSize } from "../experiment/fullSize";
import { type Provenance, provenance, stamp } from "../experiment/provenance";
import { CliError } from "./failure";

/** `recursivemas bench --full-size`: loads a model of published size, and has it speak and think. */
export async function benchFullSize(name: string | true, json: boolean | undefined): Promise<void> {
  const model = name === true ? FULL_SIZE_MODELS[0] : FULL_SIZE_MODELS.find((known) => known.name === name);
  if (!model) {
    const known = FULL_SIZE_MODELS.map((one) => one.name).join(", ");
    throw new CliError(`there is no full-size model "${name}". Try one of ${known}.`);
  }
  const result = await untilInterrupted((signal) => measureFullSize(model, { signal }));
  const { config, backend } = result;
  const made = await provenance({ seed: config.seed, config, backend });
  console.log(json ? asJSON(result, made) : asText(result, made));
}

/** Ctrl-C, and a polite end from outside, stop the work, so that it can remove its files. */
async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController();
  let by: "SIGINT" | "SIGTERM" = "SIGINT";
  const stop = (signal: "SIGINT" | "SIGTERM"): void => {
    by = signal;
    stopping.abort();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    return await work(stopping.signal);
  } catch (error) {
    if (error instanceof AbortedError) throw new CliError(error.message, 128 + constants.signals[by]);
    throw new CliError((error as Error).message);
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

const GB = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;

function asText(result: FullSizeResult, made: Provenance): string {
  const { model, parameters, config, backend, memoryRatio } = result;
  return [
    `${model}, ${(parameters / 1e6).toFixed(0)} million random parameters, bfloat16 on disk, float32 on ${backend}`,
    `  load                ${result.loadSeconds.toFixed(1)} s`,
    `  prompt              ${result.promptSeconds.toFixed(2)} s for ${config.promptTokens} tokens`,
    `  tokens per second   ${result.tokensPerSecond.toFixed(2)}`,
    `  latent steps per s  ${result.latentStepsPerSecond.toFixed(2)}`,
    `  peak memory         ${GB(result.bytesPeak)}, ${memoryRatio.toFixed(2)} of the weights' ${GB(result.bytesFloat32)} ` +
      `(${GB(result.bytesBefore)} before loading, ${GB(result.bytesLoaded)} after)`,
    `  ${stamp(made)} · tfjs ${made.tfjs} · ${made.cpu}`,
  ].join("\n");
}

function asJSON({ config: _, ...result }: FullSizeResult, made: Provenance): string {
  return JSON.stringify({ name: "full-size", ...result, provenance: made });
}
