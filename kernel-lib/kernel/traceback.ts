import { inspect } from "node:util";
import { excerpt, red } from "./excerpt";
import { fold } from "./frames";
import { Interrupted, isInterruption } from "./interrupt";
import type { Place, Sources } from "./sources";

/** What `error` messages and failed replies carry. */
export interface ErrorReport {
  ename: string;
  evalue: string;
  /** Printed line by line; colours as terminal escapes, as front ends expect. */
  traceback: string[];
}

const MAX_CAUSES = 5;
const MAX_MESSAGE = 4000;

/** Describes whatever a cell threw, on the lines of its TypeScript. */
export function reportError(thrown: unknown, sources: Sources): ErrorReport {
  const error = isInterruption(thrown) && !(thrown instanceof Interrupted) ? new Interrupted() : thrown;
  if (!isError(error)) {
    const evalue = shorten(asText(error));
    return { ename: "Thrown", evalue, traceback: [`${red("Thrown")}: ${evalue}`] };
  }
  return { ename: nameOf(error), evalue: messageOf(error), traceback: trace(error, sources, [error]) };
}

/** An error, where it came from, and the errors behind it. */
function trace(error: Error, sources: Sources, above: readonly unknown[]): string[] {
  const frames = stackOf(error);
  const place = frames.map((frame) => placeIn(frame, sources)).find((found) => found !== undefined);
  const message = messageOf(error);
  const lines = [
    `${red(nameOf(error))}${message === "" ? "" : `: ${message}`}`,
    ...(place ? excerpt(place, sources) : []),
    ...fold(frames),
    ...(read(error, "partial") === undefined ? [] : ["what was finished is kept: lastError().partial"]),
  ];
  const behind = (other: unknown, words: string): string[] => {
    if (above.includes(other)) return ["", `${words} an error above`];
    const described = isError(other) ? trace(other, sources, [...above, other]) : [shorten(asText(other))];
    return ["", words, ...described];
  };
  if (above.length > MAX_CAUSES) return lines;
  const cause = read(error, "cause");
  const errors = read(error, "errors");
  const list = Array.isArray(errors) ? errors : [];
  const shown = list.slice(0, MAX_CAUSES);
  return [
    ...lines,
    ...shown.flatMap((one, i) => behind(one, `error ${i + 1} of ${list.length}`)),
    ...(list.length > shown.length ? ["", `… ${list.length - shown.length} more`] : []),
    ...(cause === undefined ? [] : behind(cause, "caused by")),
  ];
}

function placeIn(frame: string, sources: Sources): Place | undefined {
  const match = /(?:\(|^at (?:async )?)([^()]+):(\d+):(\d+)\)?$/.exec(frame);
  if (!match || sources.text(match[1]!) === undefined) return undefined;
  return { label: match[1]!, line: Number(match[2]), column: Number(match[3]) };
}

/** Errors are objects of anybody's making: a property may be missing, of another type, or throw when it is read. */
function read(error: object, property: string): unknown {
  try {
    return (error as Record<string, unknown>)[property];
  } catch {
    return undefined;
  }
}

function nameOf(error: Error): string {
  const name = read(error, "name");
  return typeof name === "string" && name !== "" ? name : "Error";
}

function messageOf(error: Error): string {
  const message = read(error, "message");
  return shorten(typeof message === "string" ? message : message === undefined ? "" : asText(message));
}

function stackOf(error: Error): string[] {
  const stack = read(error, "stack");
  if (typeof stack !== "string") return [];
  return stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());
}

function asText(value: unknown): string {
  try {
    return inspect(value);
  } catch {
    return "a value that cannot be shown";
  }
}

/** Keeps both ends: what went wrong tends to stand at one of them. */
function shorten(text: string): string {
  if (text.length <= MAX_MESSAGE) return text;
  const half = MAX_MESSAGE / 2;
  return `${text.slice(0, half)}\n… ${text.length - MAX_MESSAGE} characters left out …\n${text.slice(-half)}`;
}

function isError(value: unknown): value is Error {
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
  } catch {
    return false;
  }
}
