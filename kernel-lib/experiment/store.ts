import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { writeFileAtomic } from "../checkpoint/atomic";
import { shown } from "../engine/check";
import { packageRoot } from "../engine/packageRoot";
import { canonicalJSON, parseCanonical } from "./canonical";
import { type Provenance, provenance } from "./provenance";

/** What a result depends on; equal keys share one result. */
export interface ResultKey {
  /** What is computed, such as `"figure-1"`; begins the file's name. */
  name: string;
  /** Everything that changes the numbers: seed, sizes, agents. Plain JSON. */
  config: unknown;
  /** Changes when the task's data or the agents do. */
  dataVersion?: string;
}

export interface StoreOptions {
  /** Compute again even if there is a result. Default: whether RECURSIVEMAS_FRESH is 1. */
  fresh?: boolean;
  /** Where to look, best first; new results go to the first. Default: {@link resultFolders}. */
  folders?: readonly string[];
  /** Receives the line that tells of a cached result. Default: `console.log`; `null` for silence. */
  announce?: ((line: string) => void) | null;
}

export interface Stored<T> {
  value: T;
  provenance: Provenance;
  /** Whether the value was read instead of computed. */
  cached: boolean;
  file: string;
}

/** The folder for new results (`RECURSIVEMAS_OUT`, or `.runs` in the project), then the shipped ones. */
export function resultFolders(): string[] {
  const root = packageRoot();
  const project = root.split(sep).includes("node_modules") ? process.cwd() : root;
  const out = process.env.RECURSIVEMAS_OUT || join(project, ".runs");
  return [join(out, "results"), join(root, "data", "results")];
}

/** Name of the file that holds a result: its name and the first 16 digits of the key's SHA-256. */
export function resultFile(key: ResultKey): string {
  if (typeof (key as ResultKey | null | undefined)?.name !== "string") {
    const name = typeof key === "string" ? shown(key) : '"depth"';
    throw new TypeError(
      `the key of the result is ${shown(key)}; it must be an object with a name and a config. ` +
        `Try { name: ${name}, config: { seed: 0 } }.`,
    );
  }
  const slug = key.name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return `${slug}-${createHash("sha256").update(canonicalJSON(key)).digest("hex").slice(0, 16)}.json`;
}

/**
 * Returns the stored result of this key, or computes and stores it. A result holds plain JSON, its key and how
 * it was made; computed and stored results are the same value.
 *
 * @throws if a result file is damaged, or the value is not plain data
 * @example const { value } = await stored({ name: "depth", config: { seed: 7 } }, () => sweepDepth(mas, task));
 */
export async function stored<T>(
  key: ResultKey,
  compute: () => T | Promise<T>,
  {
    fresh = process.env.RECURSIVEMAS_FRESH === "1",
    folders = resultFolders(),
    announce = console.log,
  }: StoreOptions = {},
): Promise<Stored<T>> {
  const [target] = folders;
  if (target === undefined) {
    throw new Error('folders is []; results need one to be kept in. Try folders: ["results"].');
  }
  const name = resultFile(key); // an unusable key must fail before the computation, not after
  if (!fresh) {
    for (const folder of folders) {
      const found = await read<T>(join(folder, name), key);
      if (!found) continue;
      announce?.(`${key.name}: cached, ${madeBy(found.provenance)} (fresh: true computes it again)`);
      return found;
    }
  }
  const started = performance.now();
  const value = await compute();
  const seconds = Math.round(performance.now() - started) / 1000;
  const made = { ...(await provenance({ seed: seedOf(key.config), config: key.config })), seconds };
  const text = `${canonicalJSON({ key, value: value ?? null, provenance: made }, 1)}\n`;
  const file = join(target, name);
  await writeFileAtomic(file, text);
  return { ...(parseCanonical(text) as { value: T; provenance: Provenance }), cached: false, file };
}

async function read<T>(file: string, key: ResultKey): Promise<Stored<T> | undefined> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new Error(`the result file ${file} cannot be read (${error.code}). Try other folders.`);
  });
  if (text === undefined) return undefined;
  const damaged = (reason: string) =>
    new Error(
      `the result file ${file} is damaged (${reason}). ` +
        "Try deleting it, or { fresh: true } (RECURSIVEMAS_FRESH=1) to compute it again.",
    );
  let content: { key?: unknown; value?: T; provenance?: Provenance };
  try {
    content = parseCanonical(text) as typeof content;
  } catch (error) {
    throw damaged((error as Error).message);
  }
  if (typeof content !== "object" || content === null || !("value" in content) || !content.provenance) {
    throw damaged("it lacks value or provenance");
  }
  if (canonicalJSON(content.key) !== canonicalJSON(key)) throw damaged("it holds the result of another key");
  return { value: content.value as T, provenance: content.provenance, cached: true, file };
}

const madeBy = ({ date, commit, dirty, library }: Provenance): string =>
  `made on ${date.slice(0, 10)} by ${commit ? `commit ${commit.slice(0, 7)}${dirty ? " + changes" : ""}` : library}`;

function seedOf(config: unknown): number | null {
  const seed = (config as { seed?: unknown } | null)?.seed;
  return typeof seed === "number" ? seed : null;
}
