import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, realpath } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../engine/packageRoot";
import { tf } from "../engine/tf";
import { canonicalJSON } from "./canonical";
import { commandLine, shortened } from "./commandLine";

/** How a number came to be. Holds neither host names nor absolute paths, so it can be published as it is. */
export interface Provenance {
  library: string;
  /** Full hash of the checkout the library runs from; null when it is an installed package. */
  commit: string | null;
  /** Whether tracked code differs from that commit; null without one. */
  dirty: boolean | null;
  node: string;
  tfjs: string;
  /** The TensorFlow.js backend in use, or null if none was started. */
  backend: string | null;
  platform: string;
  cpu: string;
  seed: number | null;
  config: unknown;
  /** First 12 hexadecimal digits of the SHA-256 of the configuration's canonical JSON. */
  configHash: string;
  /** ISO 8601, UTC. */
  date: string;
  command: string;
  /** How long the computation took, where it was timed. */
  seconds?: number;
}

/**
 * Describes this run: versions, commit, machine, seed and configuration.
 *
 * @param options.config plain JSON; absolute paths in it are shortened
 * @example const made = await provenance({ seed: 7, config: { rounds: 3 } }); stamp(made);
 */
export async function provenance({
  seed = null,
  config = {},
  backend = tf.getBackend() ?? null,
}: {
  seed?: number | null;
  config?: unknown;
  backend?: string | null;
} = {}): Promise<Provenance> {
  const root = packageRoot();
  const { name, version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const portable = withoutPaths(config, root);
  return {
    library: `${name} ${version}`,
    ...(await checkout(root)),
    node: process.versions.node,
    tfjs: tf.version.tfjs,
    backend,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    seed,
    config: portable,
    configHash: createHash("sha256").update(canonicalJSON(portable)).digest("hex").slice(0, 12),
    date: new Date().toISOString(),
    command: commandLine(process.argv, root),
  };
}

/** Provenance in one line, for under a figure. */
export function stamp(made: Provenance): string {
  const { library, commit, dirty, seed, configHash, backend, node, date } = made;
  const code = commit ? `commit ${commit.slice(0, 7)}${dirty ? " + changes" : ""}` : undefined;
  const parts = [library, code, seed === null ? undefined : `seed ${seed}`, `config ${configHash}`, backend];
  return [...parts, `Node ${node}`, date.slice(0, 10)].filter(Boolean).join(" · ");
}

function withoutPaths(value: unknown, root: string): unknown {
  if (typeof value === "string") return shortened(value, root);
  if (Array.isArray(value)) return value.map((entry) => withoutPaths(entry, root));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutPaths(entry, root)]));
}

const run = promisify(execFile);

async function checkout(root: string): Promise<{ commit: string | null; dirty: boolean | null }> {
  const git = async (...args: string[]) => (await run("git", args, { cwd: root })).stdout.trim();
  const none = { commit: null, dirty: null };
  try {
    // as a dependency the package lies in somebody else's checkout, whose commit says nothing about it
    if ((await realpath(await git("rev-parse", "--show-toplevel"))) !== (await realpath(root))) return none;
    const commit = await git("rev-parse", "--verify", "HEAD");
    // running writes notebooks and results: only code makes a run dirty
    const code = ["--", ".", ":(exclude)notebooks", ":(exclude)data/results"];
    return { commit, dirty: (await git("status", "--porcelain", "--untracked-files=no", ...code)) !== "" };
  } catch {
    return none; // no git, no checkout, or no commit yet
  }
}
