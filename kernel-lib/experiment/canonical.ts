import { shown } from "../engine/check";

/**
 * JSON with sorted keys, so that equal values give equal text. Absent and undefined keys are the same; numbers
 * JSON cannot write (NaN, ±Infinity) become `{"$number": "NaN"}`, typed arrays become arrays.
 *
 * @throws TypeError, with the path, on a value that is not data (a function, a Map, a bigint)
 */
export function canonicalJSON(value: unknown, indent?: number): string {
  return JSON.stringify(plain(value, "value"), null, indent);
}

/** Reads what {@link canonicalJSON} wrote. */
export function parseCanonical(text: string): unknown {
  return JSON.parse(text, (_, value) => (typeof value?.$number === "string" ? Number(value.$number) : value));
}

/** What JSON would write as {}, and what to write instead. */
const UNREADABLE = [
  [Map, "Object.fromEntries(map)"],
  [Set, "[...set]"],
  [Promise, "to await it"],
] as const;

function plain(value: unknown, path: string): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : { $number: String(value) };
  if (value === null || value === undefined || typeof value === "string" || typeof value === "boolean")
    return value;
  if (typeof value !== "object")
    throw new TypeError(
      `${path} is a ${typeof value} (${shown(value)}), which a result file cannot hold. Try a number or a text.`,
    );
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return Array.from(value as Float32Array, (entry) => plain(entry, path));
  }
  if (Array.isArray(value)) return value.map((entry, index) => plain(entry, `${path}[${index}]`));
  for (const [kind, attempt] of UNREADABLE) {
    if (value instanceof kind) {
      throw new TypeError(`${path} is a ${kind.name}, which a result file cannot hold. Try ${attempt}.`);
    }
  }
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, plain(entry, `${path}.${key}`)]));
}
