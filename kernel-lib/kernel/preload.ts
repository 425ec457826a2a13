import type { Executor } from "tslab/dist/executor";
import type { Library } from "./library";

const BRIDGE = '(globalThis as any)[Symbol.for("recursivemas.kernel")]';

/** The functions every cell has besides the library's; an export of the library with the same name wins. */
const OWN_FUNCTIONS = `
/**
 * Asks the reader of the notebook for a line of text.
 *
 * @param prompt What to ask.
 * @param options \`password: true\` hides what is typed.
 * @returns What was typed.
 * @example
 * const name = await input("Your name? ");
 */
function input(prompt = "", options: { password?: boolean } = {}): Promise<string> {
  return ${BRIDGE}.input(prompt, options);
}

/**
 * Empties the output of the running cell.
 *
 * @param options \`wait: true\` keeps the old output until the next one arrives, so that it does not flicker.
 */
function clearOutput(options: { wait?: boolean } = {}): void {
  ${BRIDGE}.clearOutput(options);
}

/**
 * The signal that fires when Stop is pressed on the running cell; pass it to whatever can be stopped.
 *
 * @example
 * const page = await fetch(url, { signal: cellSignal() });
 */
function cellSignal(): AbortSignal {
  return ${BRIDGE}.signal;
}
`;

/** Runs what stands before the first cell: own functions, then every export of the library, values and types. */
export async function preload(
  library: Library,
  executor: Executor,
  execute: (code: string) => Promise<void>,
): Promise<void> {
  await execute(OWN_FUNCTIONS);
  const names = exportsOf(library, executor);
  if (names.length === 0) {
    throw new Error(`${library.types} is missing or exports nothing; build the package with "npm run build"`);
  }
  await execute(`import { ${names.join(", ")} } from ${JSON.stringify(library.name)};`);
}

/** The compiler offers all names inside the braces of an import, types included. */
function exportsOf({ name }: Library, executor: Executor): string[] {
  const before = "import { ";
  const { original } = executor.complete(`${before} } from ${JSON.stringify(name)};`, before.length);
  return (original?.entries ?? [])
    .filter((entry) => entry.kind !== "keyword" && entry.name !== "default" && /^[\w$]+$/.test(entry.name))
    .map((entry) => entry.name);
}
