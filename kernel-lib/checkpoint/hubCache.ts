import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, relative } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { writeFileAtomic } from "./atomic";

/** One repository in the cache that all Hugging Face programs share. */
export interface CachedRepository {
  /** `models--organisation--name` */
  folder: string;
  /** Holds the files of one commit, as links to the blobs. */
  snapshot(commit: string): string;
}

/** Where Hugging Face programs keep what they download: `HF_HUB_CACHE`, `HF_HOME/hub`, or below the home folder. */
export function hubCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const home = env.HF_HOME ?? join(env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "huggingface");
  return env.HF_HUB_CACHE ?? env.HUGGINGFACE_HUB_CACHE ?? join(home, "hub");
}

export function cachedRepository(cache: string, name: string): CachedRepository {
  const folder = join(cache, `models--${name.replaceAll("/", "--")}`);
  return { folder, snapshot: (commit) => join(folder, "snapshots", commit) };
}

/** The commit that a revision stood for when it was last asked, or undefined. */
export async function rememberedCommit(
  { folder }: CachedRepository,
  revision: string,
): Promise<string | undefined> {
  const text = await readFile(join(folder, "refs", revision), "utf8").catch(() => undefined);
  return text?.trim();
}

export async function rememberCommit(
  { folder }: CachedRepository,
  revision: string,
  commit: string,
): Promise<void> {
  if (revision === commit) return;
  const path = join(folder, "refs", revision);
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, commit);
}

/** One file to bring into the cache. */
export interface WantedFile {
  path: string;
  size: number;
  /** Names the content: SHA-256 for large files, git's own for others. */
  etag: string;
  isSha256: boolean;
}

/**
 * Brings one file into the cache unless it is there. What an earlier attempt brought is continued, not fetched again;
 * nothing is linked into the snapshot before it is whole, and checked where its digest is known.
 *
 * @param open the content from a byte on
 * @param onBytes told how many bytes of this file are here
 */
export async function cacheFile(
  repository: CachedRepository,
  commit: string,
  { path, size, etag, isSha256 }: WantedFile,
  {
    open,
    onBytes,
    signal,
  }: { open: (from: number) => Promise<Blob>; onBytes: (bytes: number) => void; signal?: AbortSignal },
): Promise<void> {
  const pointer = join(repository.snapshot(commit), path);
  if ((await sizeOf(pointer)) === size) {
    onBytes(size);
    return;
  }
  const blob = join(repository.folder, "blobs", etag);
  await mkdir(dirname(blob), { recursive: true });
  await mkdir(dirname(pointer), { recursive: true });
  if ((await sizeOf(blob)) !== size) {
    const part = `${blob}.incomplete`;
    const have = Math.min((await sizeOf(part)) ?? 0, size);
    if (have < size) await append(part, await open(have), have, onBytes, signal);
    const got = await sizeOf(part);
    if (got !== size)
      throw new Error(`${path} ended after ${got ?? 0} of ${size} bytes. Try again: it goes on from there.`);
    if (isSha256 && (await sha256(part)) !== etag) {
      await rm(part, { force: true });
      throw new Error(`${path} arrived damaged and was thrown away. Try again.`);
    }
    await rename(part, blob);
  }
  await rm(pointer, { force: true });
  await link(blob, pointer);
  onBytes(size);
}

async function append(
  part: string,
  content: Blob,
  have: number,
  onBytes: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  let bytes = have;
  const source = Readable.fromWeb(content.stream() as ReadableStream);
  source.on("data", (chunk: Uint8Array) => {
    bytes += chunk.length;
    onBytes(bytes);
  });
  await pipeline(source, createWriteStream(part, { flags: have > 0 ? "r+" : "w", start: have }), { signal });
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

/** Some Windows machines have no right to make links: there the file is copied. */
async function link(blob: string, pointer: string): Promise<void> {
  try {
    await symlink(relative(dirname(pointer), blob), pointer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") throw error;
    await copyFile(blob, pointer);
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}
