import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** TypeScript that runs before the first cell, as if it were one. */
export interface StartupFile {
  /** How tracebacks name it. */
  label: string;
  code: string;
}

export interface StartupOptions {
  /** The person's own folder. */
  home?: string;
}

const FOLDER = path.join(".recursivemas", "startup");

/**
 * The startup files of a notebook: `.recursivemas/startup/*.ts` in the person's home folder, then those of the project,
 * which is the nearest folder from the notebook's upwards that has any; each in alphabetical order. What they declare is in
 * scope in every cell, with its types. Imports in them are relative to the notebook, as in its cells.
 *
 * @param folder where the notebook lies
 * @example
 * // .recursivemas/startup/10-colours.ts, of the project that a notebook belongs to
 * const accent = "#3178c6";
 * const percent = (x: number) => `${(100 * x).toFixed(1)} %`;
 */
export function startupFiles(folder: string, { home = homedir() }: StartupOptions = {}): StartupFile[] {
  const own = filesIn(path.join(home, FOLDER)).map((file) =>
    read(file, `~/${posix(path.relative(home, file))}`),
  );
  const project = projectOf(folder);
  if (project === undefined || project === path.resolve(home)) return own;
  const shared = filesIn(path.join(project, FOLDER)).map((file) =>
    read(file, posix(path.relative(folder, file))),
  );
  return [...own, ...shared];
}

function projectOf(folder: string): string | undefined {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    if (existsSync(path.join(at, FOLDER))) return at;
    if (at === path.dirname(at)) return undefined;
  }
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
    .sort()
    .map((name) => path.join(folder, name));
}

function read(file: string, label: string): StartupFile {
  return { label, code: readFileSync(file, "utf8") };
}

function posix(relative: string): string {
  return relative.replaceAll("\\", "/");
}
