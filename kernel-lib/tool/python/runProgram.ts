import type { Worker } from "node:worker_threads";
import { AbortedError } from "../../engine/control";
import type { ToolOutput } from "../tool";
import type { Outcome } from "./worker/messages";

/** How one program is run. */
export interface ProgramOptions {
  /** Milliseconds. */
  timeout: number;
  signal?: AbortSignal;
}

/** Runs a program in an interpreter of its own, and ends the interpreter whatever it does. */
export async function runProgram(
  worker: Worker,
  code: string,
  { timeout, signal }: ProgramOptions,
): Promise<ToolOutput> {
  try {
    return await outcomeOf(worker, code, { timeout, signal });
  } finally {
    await worker.terminate();
  }
}

function outcomeOf(worker: Worker, code: string, { timeout, signal }: ProgramOptions): Promise<ToolOutput> {
  return new Promise((resolve, reject) => {
    const stop = (): void =>
      settle(() => reject(new AbortedError("stopped on request; the program was ended")));
    const fail = (text: string): void => settle(() => resolve({ text: `[error] ${text}`, failed: true }));
    const limit = setTimeout(() => fail(`stopped after ${timeout / 1000} s, the time limit`), timeout);
    const settle = (how: () => void): void => {
      clearTimeout(limit);
      signal?.removeEventListener("abort", stop);
      worker.removeAllListeners();
      // an error of a thread that is being ended is nobody's
      worker.on("error", () => undefined);
      how();
    };
    worker.once("message", (said: unknown) => settle(() => resolve(describe(said))));
    worker.once("error", (error: NodeJS.ErrnoException) =>
      fail(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "out of memory" : "the interpreter broke down"),
    );
    worker.once("exit", () => fail("the interpreter ended"));
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) return stop();
    worker.ref();
    worker.postMessage(code);
  });
}

/** What an agent is shown, as released: what was printed, then the errors, then how it ended. */
function describe(said: unknown): ToolOutput {
  const outcome = parse(said);
  if (!outcome) return { text: "[error] the interpreter gave no result", failed: true };
  const { stdout, stderr, code } = outcome;
  const parts = [
    stdout.trimEnd(),
    ...(stderr.trim() ? [`[stderr]\n${stderr.trimEnd()}`] : []),
    ...(code === 0 ? [] : [`[exit_code] ${code}`]),
  ].filter(Boolean);
  return { text: parts.join("\n") || "[no output]", failed: code !== 0 };
}

/** A program that has come out of Python may have said anything. */
function parse(said: unknown): Outcome | undefined {
  if (typeof said !== "string" || said.length > 2 ** 20) return undefined;
  try {
    const { stdout, stderr, code } = JSON.parse(said) as Partial<Outcome>;
    if (typeof stdout !== "string" || typeof stderr !== "string" || !Number.isInteger(code)) return undefined;
    return { stdout, stderr, code: code! };
  } catch {
    return undefined;
  }
}
