import { readdirSync } from "node:fs";
import { join } from "node:path";
import { nearest } from "../engine/nearest";
import { CliError } from "./failure";

/** Names (no `.ipynb`) of the notebooks in a folder, in reading order. */
export function notebookNames(folder: string): string[] {
  let files: string[];
  try {
    files = readdirSync(folder);
  } catch {
    throw new CliError(
      `There is no folder ${folder}. Try --notebooks with the one that holds the notebooks.`,
    );
  }
  const names = files
    .filter((file) => file.endsWith(".ipynb"))
    .map((file) => file.slice(0, -".ipynb".length));
  return names.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/**
 * The notebooks asked for, in reading order. A request is a name, with or without `.ipynb`, or its beginning when
 * only one notebook begins so.
 *
 * @throws {CliError} if there are none, or a request fits none or several
 */
export function selectNotebooks(
  names: readonly string[],
  only: readonly string[],
  folder = "notebooks",
): string[] {
  if (names.length === 0) {
    throw new CliError(`There is no notebook in ${folder}. Try --notebooks with a folder that holds some.`);
  }
  if (only.length === 0) return [...names];
  const wanted = new Set(only.map((request) => selectOne(names, request.replace(/\.ipynb$/, ""), folder)));
  return names.filter((name) => wanted.has(name));
}

function selectOne(names: readonly string[], request: string, folder: string): string {
  if (names.includes(request)) return request;
  const fits = request === "" ? [] : names.filter((name) => name.startsWith(request));
  if (fits.length === 1) return fits[0]!;
  const choice =
    fits.length > 1 ? `"${request}" fits ${fits.join(", ")}` : `No notebook is called "${request}"`;
  const attempt = nearest(request, fits.length > 1 ? fits : names);
  throw new CliError(`${choice}; those in ${folder} are ${names.join(", ")}. Try --only ${attempt}.`);
}

/** Where a notebook lies. */
export function notebookPath(folder: string, name: string): string {
  return join(folder, `${name}.ipynb`);
}
