import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { confine } from "./worker/confine";
import type { FirstWord, WorkerData } from "./worker/messages";
import { scrub } from "./worker/scrub";

// as text, since it must run the same from TypeScript, from dist/ and inside a kernel; strict, so that no function that
// it calls sees its caller
const SOURCE = `"use strict"; (${String(confine)})(require, ${String(scrub)})`;

/**
 * Starts a thread with nothing of this process: no environment, no arguments, no input, and output that goes nowhere.
 * It does not keep the process alive.
 *
 * @returns the thread and the first that it said
 * @throws if it could not begin
 */
export async function startWorker(data: WorkerData): Promise<{ worker: Worker; word: FirstWord }> {
  const worker = new Worker(SOURCE, {
    eval: true,
    env: {},
    argv: [],
    execArgv: [],
    stdin: false,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 },
    workerData: data,
  });
  worker.unref();
  try {
    const [word] = (await Promise.race([once(worker, "message"), once(worker, "exit")])) as [
      FirstWord | number,
    ];
    if (typeof word === "number" || "broken" in word) {
      const why = typeof word === "number" ? `exit ${word}` : word.broken;
      throw new Error(`the Python sandbox did not start: ${why}. Try npm install, or Node 20.19 or newer.`);
    }
    return { worker, word };
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}
