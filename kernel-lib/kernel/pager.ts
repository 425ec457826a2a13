import type { Content } from "./message";

const NAME = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$]*`;
const PATH = String.raw`${NAME}(?:\.${NAME})*`;
const QUESTION = new RegExp(String.raw`^\s*(?:\?{1,2}\s*(${PATH})|(${PATH})\s*\?{1,2})\s*$`, "u");

/** The name that a cell asks about when it is no program but a question: `?name`, `name?`, `??name` or `name??`. */
export function askedName(code: string): string | undefined {
  const match = QUESTION.exec(code);
  return match?.[1] ?? match?.[2];
}

/**
 * The entry of `payload` that makes a front end show what is known of a name, or undefined when that is nothing.
 *
 * @param inspect answers as `inspect_request` does, for code and a cursor in it
 */
export function page(name: string, inspect: (code: string, cursor: number) => Content): Content | undefined {
  // A name of a type means nothing where a value is expected.
  for (const code of [name, `let _: ${name}`]) {
    const { found, data } = inspect(code, Array.from(code).length);
    if (found) return { source: "page", data, start: 0 };
  }
  return undefined;
}

/** What to say of a name that the compiler does not know. */
export function unknownName(name: string): string {
  return `Nothing is known of "${name}". Is it spelled right, and has the cell that declares it been run? Tab completes names.\n`;
}
