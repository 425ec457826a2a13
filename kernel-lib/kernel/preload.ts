import { createRequire } from "node:module";
import type { Library } from "./library";

const BRIDGE = Symbol.for("recursivemas.kernel");

/** Functions every cell has besides the library's; an export of the library with the same name wins. */
const OWN = {
  input: `/**
 * Asks the reader of the notebook for a line of text.
 *
 * @param prompt What to ask.
 * @param options \`password: true\` hides what is typed.
 * @returns What was typed.
 * @example
 * const name = await input("Your name? ");
 */
declare function input(prompt?: string, options?: { password?: boolean }): Promise<string>;`,
  clearOutput: `/**
 * Empties the output of the running cell.
 *
 * @param options \`wait: true\` keeps the old output until the next one arrives, so that it does not flicker.
 */
declare function clearOutput(options?: { wait?: boolean }): void;`,
  cellSignal: `/**
 * The signal that fires when Stop is pressed on the running cell; pass it to whatever can be stopped.
 *
 * @example
 * const page = await fetch(url, { signal: cellSignal() });
 */
declare function cellSignal(): AbortSignal;`,
  lastError: `/**
 * The error of the newest cell that failed; that of a loop that was stopped has what was finished as \`partial\`.
 *
 * @returns undefined when no cell has failed; what a cell threw that is no error comes back as it is
 * @example
 * const run = lastError<TrainingRun>().partial;
 */
declare function lastError<T = unknown>(): (Error & { readonly partial?: T }) | undefined;`,
} as const;

interface Bridge {
  input(...given: unknown[]): unknown;
  clearOutput(...given: unknown[]): unknown;
  readonly signal: AbortSignal;
}

const bridge = () => (globalThis as unknown as Record<symbol, Bridge>)[BRIDGE]!;

const OWN_VALUES: Record<Exclude<keyof typeof OWN, "lastError">, unknown> = {
  input: (...given: unknown[]) => bridge().input(...given),
  clearOutput: (...given: unknown[]) => bridge().clearOutput(...given),
  cellSignal: () => bridge().signal,
};

/** What is in scope before the first cell. */
export interface Preloaded {
  /** What the compiler takes for the declarations of earlier cells. */
  declarations: string;
  /** The values, as properties. The library is read when the first one is asked for. */
  values: object;
  /** Reads the library now. */
  load(): void;
}

/**
 * The own functions and every export of the library, with no cell that imports them: nothing is compiled or run.
 *
 * @param names exports of the library, values and types
 * @param lastError what the newest cell that failed has thrown
 */
export function preloaded(library: Library, names: readonly string[], lastError: () => unknown): Preloaded {
  const own = (Object.keys(OWN) as (keyof typeof OWN)[]).filter((name) => !names.includes(name));
  const load = loader(library);
  const values = Object.create(null) as object;
  const functions: Record<keyof typeof OWN, unknown> = { ...OWN_VALUES, lastError };
  for (const name of own) offer(values, name, () => functions[name]);
  for (const name of names) offer(values, name, () => load()[name]);
  const imported =
    names.length > 0 ? `import { ${names.join(", ")} } from ${JSON.stringify(library.name)};` : "";
  return { declarations: [imported, ...own.map((name) => OWN[name]), ""].join("\n"), values, load };
}

/** A property that cells may assign to, as they may declare the name anew. */
function offer(values: object, name: string, get: () => unknown): void {
  const set = function (this: object, value: unknown) {
    Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
  };
  Object.defineProperty(values, name, { get, set });
}

/** Stop can end a cell in the middle of reading the library; what is half read is then forgotten and read again. */
function loader({ entry }: Library): () => Record<string, unknown> {
  const require = createRequire(entry);
  let before: Set<string> | undefined;
  let loaded: Record<string, unknown> | undefined;
  return () => {
    if (loaded) return loaded;
    if (before)
      for (const file of Object.keys(require.cache)) if (!before.has(file)) delete require.cache[file];
    before = new Set(Object.keys(require.cache));
    loaded = require(entry) as Record<string, unknown>;
    return loaded;
  };
}
