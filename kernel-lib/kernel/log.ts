import { writeSync } from "node:fs";
import { MessageError } from "./message";

const WINDOW_MS = 1000;
const LINES_PER_WINDOW = 20;
const MAX_LENGTH = 500;

/** How many lines a window of time may hold, so that a flood of broken messages does not fill the server's log. */
export class LogLimit {
  private windowStart = Number.NEGATIVE_INFINITY;
  private lines = 0;
  private skipped = 0;

  /** The line to write now, or undefined when there have been too many; the next one says how many were left out. */
  admit(line: string, now: number): string | undefined {
    if (now - this.windowStart >= WINDOW_MS) {
      this.windowStart = now;
      this.lines = 0;
    }
    if (++this.lines > LINES_PER_WINDOW) {
      this.skipped++;
      return undefined;
    }
    const before = this.skipped === 0 ? "" : `(${this.skipped} lines left out) `;
    this.skipped = 0;
    return before + line;
  }
}

const limit = new LogLimit();

/** One line in the log of the Jupyter server; `console` belongs to the cells. */
export function log(error: unknown): void {
  const line = limit.admit(oneLine(error), Date.now());
  if (line === undefined) return;
  try {
    writeSync(2, `[recursivemas kernel] ${line}\n`);
  } catch {
    // A server that is gone reads no log.
  }
}

/** Errors of this program are told with their stack, those of a front end by their message. */
export function oneLine(error: unknown): string {
  const text = !(error instanceof Error)
    ? String(error)
    : error instanceof MessageError
      ? error.message
      : (error.stack ?? error.message);
  const line = text.replace(/\s*\n\s*/g, " | ");
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}
