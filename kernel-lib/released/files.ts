import { access, readFile } from "node:fs/promises";
import { basename, join } from "node:path";

/** The first of these files that is in a folder; where a `.pt` is missing, its safetensors twin counts. */
export async function firstFile(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    for (const variant of [name, name.replace(/\.pt$/, ".safetensors")]) {
      const path = join(folder, variant);
      if (await isThere(path)) return path;
    }
  }
  return undefined;
}

/** The path of a file that a manifest names; throws unless it is a plain name of a file in the manifest's folder. */
export async function namedFile(folder: string, manifest: string, name: unknown): Promise<string> {
  // a manifest must not reach elsewhere on the disk
  if (typeof name !== "string" || name === "" || name === ".." || basename(name) !== name) {
    throw new Error(
      `${manifest} names the file ${JSON.stringify(name)}, and a plain name of a file in its own folder is wanted. ` +
        "Try downloading it again.",
    );
  }
  const path = await firstFile(folder, [name]);
  if (path) return path;
  throw new Error(
    `${manifest} names ${name}, which is not in ${folder}. Try downloading the folder again, as a whole.`,
  );
}

/** The object in a JSON file; undefined if there is no such file. */
export async function readObject(path: string): Promise<Record<string, unknown> | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}. Try downloading or writing it again.`);
  }
  if (isObject(value)) return value;
  throw new Error(`${path} holds no JSON object. Try downloading or writing it again.`);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
