import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type DownloadOptions, downloadModel } from "../checkpoint/hub";
import { shown } from "../engine/check";
import { LAYOUTS, ORGANISATION, type ReleasedName } from "./layout";

/** Where the folders of a released system are. */
export interface ReleasedFolders {
  /** By role. */
  agents: Record<string, string>;
  outerLinks: string;
}

/** Where to look for released folders. */
export interface FolderOptions {
  /** A folder with the released folders in it, `root/<name>` or `root/RecursiveMAS/<name>`. */
  root?: string;
  /** Whether to fetch from the hub what is not under the root, and how. Default false. */
  download?: boolean | DownloadOptions;
}

/**
 * Finds the folders of a released system, or downloads them.
 *
 * @throws if there is nowhere to look, or folders are missing; the error lists all of them
 */
export async function findFolders(
  name: ReleasedName,
  { root, download = false }: FolderOptions,
): Promise<ReleasedFolders> {
  if (root !== undefined && typeof root !== "string") {
    throw new TypeError(`root is ${shown(root)}; it must be the path of a folder. Try root: "models".`);
  }
  const { agents, outerLinks } = LAYOUTS[name];
  const repositories = [...Object.values(agents), outerLinks];
  const places = new Map<string, string>();
  for (const repository of repositories) {
    const folder = root === undefined ? undefined : await under(root, repository);
    if (folder) places.set(repository, folder);
  }
  const missing = repositories.filter((repository) => !places.has(repository));
  if (missing.length > 0 && !download) throw await notThere(name, root, missing);
  for (const repository of missing) {
    const options = typeof download === "object" ? download : {};
    places.set(repository, await downloadModel(`${ORGANISATION}/${repository}`, options));
  }
  return {
    agents: Object.fromEntries(Object.entries(agents).map(([role, name]) => [role, places.get(name)!])),
    outerLinks: places.get(outerLinks)!,
  };
}

async function under(root: string, repository: string): Promise<string | undefined> {
  for (const folder of [join(root, repository), join(root, ORGANISATION, repository)]) {
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory()) return folder;
  }
  return undefined;
}

async function notThere(
  name: ReleasedName,
  root: string | undefined,
  missing: readonly string[],
): Promise<Error> {
  if (root === undefined) {
    return new Error(
      `loadSystem("${name}") was not told where the released folders are. ` +
        `Try { root: "the folder that holds ${missing[0]}" }, or { download: true } to fetch them from the hub.`,
    );
  }
  const found = await stat(root).catch(() => undefined);
  if (!found?.isDirectory()) {
    return new Error(
      `${found ? `${root} is a file` : `there is no folder ${root}`}. ` +
        `Try { root: "the folder that holds ${missing[0]}" }, or { download: true }.`,
    );
  }
  return new Error(
    `${root} lacks ${missing.length} of the folders of ${name}: ${missing.join(", ")}. ` +
      `Try downloading them from ${ORGANISATION} on the hub into it, or { download: true }.`,
  );
}
