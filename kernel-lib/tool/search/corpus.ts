import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { shown } from "../../engine/check";
import { packageRoot } from "../../engine/packageRoot";

/** Something that can be found. */
export interface SearchEntry {
  title: string;
  text: string;
  url?: string;
}

const ATTEMPT = 'Try [{ title: "Mars", text: "Mars has two moons." }]';

/** The corpus that comes with the package: elements, countries, moons, units, and the words of the paper. */
export const shippedCorpus = (): string => join(packageRoot(), "data", "corpus");

/**
 * Reads a corpus: a JSON file of entries, or a folder of such files.
 *
 * @throws if there is none, or it holds something else; the error says where
 */
export async function readCorpus(path: string): Promise<SearchEntry[]> {
  const found = await stat(path).catch(() => {
    throw new Error(
      `there is no corpus ${path}. Try the path of a JSON file of entries, or of a folder of them.`,
    );
  });
  const files = found.isDirectory()
    ? (await readdir(path)).filter((name) => name.endsWith(".json")).map((name) => join(path, name))
    : [path];
  if (files.length === 0) {
    throw new Error(`the folder ${path} holds no JSON file. Try one that does, or leave corpus out.`);
  }
  const parts = await Promise.all(files.sort().map(readEntries));
  return parts.flat();
}

async function readEntries(file: string): Promise<SearchEntry[]> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message}. ${ATTEMPT}.`);
  }
  return checkEntries(file, parsed);
}

/** Throws unless a corpus is a list, not empty, of entries with a title and a text. */
export function checkEntries(whose: string, entries: unknown): SearchEntry[] {
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new TypeError(`${whose} is ${shown(entries)}; a corpus is a list of entries. ${ATTEMPT}.`);
  }
  for (const [place, entry] of (entries as unknown[]).entries()) {
    const { title, text, url } = (entry ?? {}) as Record<string, unknown>;
    const whole = typeof title === "string" && title !== "" && typeof text === "string";
    if (whole && (url === undefined || typeof url === "string")) continue;
    throw new TypeError(
      `entry ${place} of ${whose} is ${shown(entry)}; an entry has a title and a text, and may have a url. ${ATTEMPT}.`,
    );
  }
  return entries as SearchEntry[];
}
