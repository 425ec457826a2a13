import { spawn } from "node:child_process";
import { mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { AbortedError, breathe, type LoopControl, signalOf } from "../../engine/control";
import { parseConfig } from "../../model/huggingface";
import { parameterCount } from "../../model/parameters";
import { makeCheckpoint } from "./make";
import type { Measurement, Workload } from "./measure";
import type { FullSizeModel } from "./shape";

/** How a model is measured. */
export interface FullSizeOptions extends Partial<Workload>, LoopControl {
  seed?: number;
  /** Where the checkpoint is for the time being. Default: the system's folder for temporary files. */
  temporary?: string;
}

/** A {@link Measurement} and what it is to be compared with. */
export interface FullSizeResult extends Measurement {
  model: string;
  /** Of the weights as float32. */
  bytesFloat32: number;
  /** The peak of memory over the size of the weights as float32. */
  memoryRatio: number;
  makeSeconds: number;
  /** Everything that sets the amount of work. Plain JSON. */
  config: Workload & { seed: number; hf: unknown };
}

/**
 * Makes up a checkpoint, loads it in a process of its own, lets it speak and think, and removes it again.
 *
 * @throws if there is no room for the checkpoint, or the process fails, with what it said
 * @throws AbortedError when the signal fires; the checkpoint is removed then, too
 */
export async function measureFullSize(
  model: FullSizeModel,
  {
    promptTokens = 64,
    newTokens = 16,
    latentSteps = 16,
    seed = 0,
    temporary = tmpdir(),
    ...control
  }: FullSizeOptions = {},
): Promise<FullSizeResult> {
  const signal = signalOf(control);
  const workload = { promptTokens, newTokens, latentSteps };
  const parameters = parameterCount(parseConfig({ ...model.hf }, model.name));
  await checkRoom(temporary, 2 * parameters);
  const folder = await mkdtemp(join(temporary, "recursivemas-full-size-"));
  try {
    const began = performance.now();
    await makeCheckpoint(folder, model, { ...control, seed });
    const makeSeconds = (performance.now() - began) / 1000;
    const measured = await measureApart(folder, workload, signal);
    const bytesFloat32 = 4 * measured.parameters;
    return {
      model: model.name,
      ...measured,
      bytesFloat32,
      memoryRatio: measured.bytesPeak / bytesFloat32,
      makeSeconds,
      config: { ...workload, seed, hf: model.hf },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= 1.1 * bytes) return;
  throw new Error(
    `the checkpoint takes ${(bytes / 1e9).toFixed(1)} GB and ${folder} has ${((bavail * bsize) / 1e9).toFixed(1)} GB ` +
      "free. Try setting TMPDIR to a folder with more room.",
  );
}

/** The peak of memory is that of a process, so the process must have done nothing else. */
async function measureApart(
  folder: string,
  workload: Workload,
  signal: AbortSignal | undefined,
): Promise<Measurement> {
  await breathe(signal);
  const script = join(__dirname, `measure${extname(__filename)}`);
  const child = spawn(process.execPath, [...process.execArgv, script, folder, JSON.stringify(workload)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = (): void => void child.kill();
  signal?.addEventListener("abort", stop, { once: true });
  let [printed, complaints] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const ended = await new Promise<number | string | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, killedBy) => resolve(code ?? killedBy));
  }).finally(() => signal?.removeEventListener("abort", stop));
  if (signal?.aborted) throw new AbortedError("the measurement was stopped; its files are removed");
  if (ended !== 0) throw new Error(failure(ended, complaints));
  return JSON.parse(printed.trim().split("\n").at(-1)!) as Measurement;
}

function failure(ended: number | string | null, complaints: string): string {
  const said = complaints.trim().split("\n").at(-1) ?? "";
  if (ended === 1 && said) return said;
  return (
    `the process that loads the model ended with ${ended}${said ? ` (${said})` : ""}. ` +
    "Try with more memory free; the system ends a process that takes too much."
  );
}
