import { stat } from "node:fs/promises";
import { AbortedError, type LoopControl, signalOf } from "../engine/control";
import { withProgress } from "../engine/progress";
import {
  type CachedRepository,
  cachedRepository,
  cacheFile,
  hubCacheFolder,
  rememberCommit,
  rememberedCommit,
  type WantedFile,
} from "./hubCache";

/** How a repository is brought here. */
export interface DownloadOptions extends LoopControl {
  /** A branch, tag or commit. Default "main". */
  revision?: string;
  /** Default: the cache that all Hugging Face programs share. */
  cacheFolder?: string;
  /** For repositories that ask for one. Default: the variable HF_TOKEN. */
  token?: string;
  /** Which files to bring. Default: configurations, tokenizers, templates, safetensors and links (`.pt`). */
  wanted?: (path: string) => boolean;
  /** Another server that speaks the hub's language. Default: HF_ENDPOINT, or huggingface.co. */
  endpoint?: string;
}

/** What running a model needs; the same weights in other formats stay where they are. */
const NEEDED = /\.(json|jinja|safetensors|pt|model|txt)$/;

/**
 * Downloads a model repository to the usual Hugging Face cache, or finds it there: what is whole is not fetched again,
 * and what was broken off is continued at its last byte. With no network, the newest snapshot in the cache is taken.
 *
 * Needs the optional dependency `@huggingface/hub`.
 *
 * @returns the folder of the snapshot, for `loadAgent`
 * @throws if the repository does not exist, asks for a token, or the network fails and nothing is in the cache
 * @example const folder = await downloadModel("Qwen/Qwen3-0.6B"); // ~/.cache/huggingface/hub/models--Qwen--Qwen3-0.6B/…
 */
export async function downloadModel(
  repository: string,
  {
    revision = "main",
    cacheFolder = hubCacheFolder(),
    token = process.env.HF_TOKEN,
    wanted = (path) => NEEDED.test(path),
    endpoint = process.env.HF_ENDPOINT,
    ...control
  }: DownloadOptions = {},
): Promise<string> {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new Error(
      `"${repository}" is no repository of the hub. Try its full name, such as "Qwen/Qwen3-0.6B".`,
    );
  }
  const cached = cachedRepository(cacheFolder, repository);
  const hub = await openHub(repository, { token, endpoint });
  let commit: string;
  let files: WantedFile[];
  try {
    commit = await hub.commitOf(revision);
    files = (await hub.filesOf(commit)).filter(({ path }) => wanted(path));
  } catch (error) {
    return withoutNetwork(cached, revision, repository, error as Error);
  }
  await fetchFiles(cached, commit, files, hub, repository, control);
  await rememberCommit(cached, revision, commit);
  return cached.snapshot(commit);
}

async function fetchFiles(
  cached: CachedRepository,
  commit: string,
  files: readonly WantedFile[],
  hub: Hub,
  repository: string,
  control: LoopControl,
): Promise<void> {
  const signal = signalOf(control);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  await withProgress(control, { label: `downloading ${repository}`, total }, async (report) => {
    let done = 0;
    for (const file of files) {
      try {
        await cacheFile(cached, commit, file, {
          open: (from) => hub.open(commit, file.path, from),
          onBytes: (bytes) => report(done + bytes),
          ...(signal && { signal }),
        });
      } catch (error) {
        if (!signal?.aborted) throw new Error(`${repository}: ${(error as Error).message}`);
        throw new AbortedError(
          `the download of ${repository} was stopped after ${done} of ${total} bytes; the same call goes on from there`,
        );
      }
      done += file.size;
    }
  });
}

async function withoutNetwork(
  cached: CachedRepository,
  revision: string,
  repository: string,
  error: Error,
): Promise<string> {
  const commit = (await rememberedCommit(cached, revision)) ?? revision;
  const folder = cached.snapshot(commit);
  const there = await stat(folder).catch(() => undefined);
  const { statusCode } = error as { statusCode?: number };
  if (there && statusCode === undefined) return folder;
  if (statusCode === 401 || statusCode === 403) {
    throw new Error(
      `the hub does not give out ${repository} (${statusCode}). Try accepting its licence on its page, ` +
        "and setting HF_TOKEN to a token of yours.",
    );
  }
  if (statusCode === 404) {
    throw new Error(
      `the hub has no ${repository} at revision "${revision}". Try the name on the model's page.`,
    );
  }
  throw new Error(
    `${repository} is not in the cache and the hub cannot be reached (${error.message}). ` +
      "Try again with a network, or give loadAgent() the folder of a copy.",
  );
}

/** What is asked of the hub. */
interface Hub {
  commitOf(revision: string): Promise<string>;
  filesOf(commit: string): Promise<WantedFile[]>;
  open(commit: string, path: string, from: number): Promise<Blob>;
}

async function openHub(
  repository: string,
  { token, endpoint }: { token: string | undefined; endpoint: string | undefined },
): Promise<Hub> {
  const hub = await import("@huggingface/hub").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ERR_MODULE_NOT_FOUND" && error.code !== "MODULE_NOT_FOUND") throw error;
    throw new Error(
      "downloading needs the optional package @huggingface/hub. Try `npm install @huggingface/hub`, " +
        "or give loadAgent() the folder of a model that is already here.",
    );
  });
  const access = { ...(token && { accessToken: token }), ...(endpoint && { hubUrl: endpoint }) };
  return {
    async commitOf(revision) {
      const { sha } = await hub.modelInfo({
        name: repository,
        revision,
        additionalFields: ["sha"],
        ...access,
      });
      return sha;
    },
    async filesOf(commit) {
      const files: WantedFile[] = [];
      for await (const entry of hub.listFiles({
        repo: repository,
        recursive: true,
        revision: commit,
        ...access,
      })) {
        if (entry.type !== "file") continue;
        const etag = entry.lfs?.oid ?? entry.oid!;
        files.push({ path: entry.path, size: entry.size, etag, isSha256: entry.lfs !== undefined });
      }
      return files;
    },
    async open(commit, path, from) {
      const blob = await hub.downloadFile({ repo: repository, path, revision: commit, ...access });
      if (!blob) throw new Error(`${path} is listed, but not there. Try another revision.`);
      return from > 0 ? blob.slice(from) : blob;
    },
  };
}
