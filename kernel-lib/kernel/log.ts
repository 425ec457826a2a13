import { writeSync } from "node:fs";

/** Into the log of the Jupyter server; `console` belongs to the cells. */
export function log(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  try {
    writeSync(2, `[recursivemas kernel] ${text}\n`);
  } catch {
    // A server that is gone reads no log.
  }
}
