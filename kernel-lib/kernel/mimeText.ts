import { inspect } from "node:util";
import { fold } from "./frames";

const LIMIT = 20_000; // characters of one output
const KEYS = 100; // properties of one object, elements of one array
const LIMITS = { depth: 4, maxArrayLength: KEYS, maxStringLength: 10_000, breakLength: 100 } as const;

/** Any value as text: nested, cyclic and huge ones are cut, and it is said by how much. */
export function plainText(value: unknown, limit = LIMIT): string {
  return cut(inspected(value), limit);
}

/** A whole number as people read it: 1,234,567. */
export const count = (n: number): string => String(n).replaceAll(/\B(?=(\d{3})+$)/g, ",");

/** A number in a table or a list: five significant digits. */
export function short(value: unknown): string {
  if (typeof value !== "number" || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(5)));
}

/** Text as it may stand in HTML. */
export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit)}… ${count(text.length - limit)} more characters`;
}

function inspected(value: unknown): string {
  try {
    if (value instanceof Error) return errorText(value);
    const [shown, left] = withoutExcess(value);
    const text = inspect(shown, LIMITS);
    return left ? `${text}\n… ${count(left)} more properties` : text;
  } catch {
    return inspectedBluntly(value);
  }
}

/** For objects whose own inspection, or whose proxy, throws. */
function inspectedBluntly(value: unknown): string {
  try {
    return inspect(value, { ...LIMITS, customInspect: false, showProxy: true });
  } catch {
    return `[${typeof value} that cannot be shown]`;
  }
}

/** `inspect` limits arrays, but writes every property of a plain object, be they a million. */
function withoutExcess(value: unknown): [shown: unknown, left: number] {
  if (!isPlain(value)) return [value, 0];
  const keys = Object.keys(value);
  if (keys.length <= KEYS) return [value, 0];
  return [Object.fromEntries(keys.slice(0, KEYS).map((key) => [key, value[key]])), keys.length - KEYS];
}

/** Whether a value is an object literal, as opposed to an instance of a class. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

/** Name, message, what a program added, the cause; of the stack, the frames that no kernel file is in. */
function errorText(error: Error, depth = 0): string {
  const stack = typeof error.stack === "string" ? error.stack : String(error);
  const all = stack.split("\n");
  const frames = all.filter((line) => /^\s+at /.test(line)).map((line) => line.trim());
  const lines = [...all.filter((line) => !/^\s+at /.test(line)), ...fold(frames)];
  const { cause, ...added } = error;
  if (Object.keys(added).length > 0) lines.push(inspect(added, LIMITS));
  const inner: [name: string, value: unknown][] = [];
  if (Object.hasOwn(error, "cause")) inner.push(["cause", cause]);
  const several: unknown[] = error instanceof AggregateError ? error.errors : [];
  for (const [index, one] of several.entries()) inner.push([`error ${index + 1}`, one]);
  for (const [name, value] of inner.slice(0, KEYS)) {
    const deep = depth < LIMITS.depth && value instanceof Error;
    const text = `[${name}]: ${deep ? errorText(value, depth + 1) : inspect(value, { ...LIMITS, depth: 0 })}`;
    lines.push(...text.split("\n").map((line) => `  ${line}`));
  }
  return lines.join("\n");
}
