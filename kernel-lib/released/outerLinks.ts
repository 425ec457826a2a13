import { join } from "node:path";
import { firstFile, isObject, namedFile, readObject } from "./files";
import type { LinkTask } from "./layout";
import { checkType } from "./linkFile";

const MANIFEST = "outerlink_config.json";
const LEGACY = "outer_adapter_config";
const TYPES = ["outer_ln_res_adapter", "2layer_ln_res"];

/** Where an outer link is, and the widths that its side file gives. */
export interface FoundOuterLink {
  path: string;
  inDim?: number;
  outDim?: number;
}

/**
 * The files of outer links by their released names (`outer_12`, …): those that `outerlink_config.json` lists, for the
 * task or for all; without it, those of an older folder, `outer_12(<task>).pt` or `outer_12.pt` beside
 * `outer_adapter_config(<task>).json` or `outer_adapter_config.json`.
 *
 * @throws if a link is not there, is of another type, or the list is for other tasks
 */
export async function findOuterLinks(
  folder: string,
  keys: readonly string[],
  task: LinkTask | undefined,
): Promise<Record<string, FoundOuterLink>> {
  const path = join(folder, MANIFEST);
  const manifest = await readObject(path);
  return manifest ? listed(folder, path, manifest, keys, task) : legacy(folder, keys, task);
}

async function listed(
  folder: string,
  path: string,
  manifest: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  task: LinkTask | undefined,
): Promise<Record<string, FoundOuterLink>> {
  const items = adaptersOf(path, manifest, task);
  const found: Record<string, FoundOuterLink> = {};
  for (const key of keys) {
    const item = items.find(({ legacy_key }) => legacy_key === key);
    if (!item) {
      const have = items.map(({ legacy_key }) => String(legacy_key)).join(", ") || "none";
      throw new Error(
        `${path} lists no ${key}; it lists ${have}, and wanted are ${keys.join(", ")}. ` +
          "Try the outer links of the same system.",
      );
    }
    checkType(item.adapter_type, TYPES, `${path}, at ${key},`);
    found[key] = {
      path: await namedFile(folder, path, item.filename),
      ...widths(item.in_dim, item.out_dim),
    };
  }
  return found;
}

function adaptersOf(
  path: string,
  { tasks, adapters }: Readonly<Record<string, unknown>>,
  task: LinkTask | undefined,
): readonly Record<string, unknown>[] {
  if (tasks === undefined) return listOf(adapters, path, '"adapters"');
  const names = isObject(tasks) ? Object.keys(tasks) : [];
  const entry = task && isObject(tasks) ? tasks[task] : undefined;
  if (!isObject(entry)) {
    throw new Error(
      `${path} has links for ${names.join(", ") || "no task"}; wanted are ` +
        `${task ? `those for ${task}` : "links that serve every task"}. ` +
        "Try another task, or the outer links of the same system.",
    );
  }
  return listOf(entry.adapters, path, `"tasks.${task}.adapters"`);
}

function listOf(value: unknown, path: string, name: string): readonly Record<string, unknown>[] {
  if (Array.isArray(value) && value.every(isObject)) return value;
  throw new Error(`${path} has no list ${name} of links. Try downloading it again.`);
}

async function legacy(
  folder: string,
  keys: readonly string[],
  task: LinkTask | undefined,
): Promise<Record<string, FoundOuterLink>> {
  const suffixes = task ? [`(${task})`, ""] : [""];
  const side = await firstFile(
    folder,
    suffixes.map((suffix) => `${LEGACY}${suffix}.json`),
  );
  if (!side) {
    throw new Error(
      `${folder} has neither ${MANIFEST} nor ${LEGACY}.json, one of which says what its links are. ` +
        "Try downloading the released folder again, as a whole.",
    );
  }
  const settings = (await readObject(side))!;
  const found: Record<string, FoundOuterLink> = {};
  for (const key of keys) {
    checkType(settings[`${key}_type`], TYPES, `${side}, at ${key}_type,`);
    const names = suffixes.map((suffix) => `${key}${suffix}.pt`);
    const path = await firstFile(folder, names);
    if (!path) {
      throw new Error(
        `${folder} has no ${names.join(" or ")}; wanted are ${keys.join(", ")}. ` +
          "Try downloading the released folder again, as a whole.",
      );
    }
    found[key] = { path, ...widths(settings[`${key}_in_dim`], settings[`${key}_out_dim`]) };
  }
  return found;
}

function widths(inDim: unknown, outDim: unknown): Omit<FoundOuterLink, "path"> {
  return {
    ...(typeof inDim === "number" && { inDim }),
    ...(typeof outDim === "number" && { outDim }),
  };
}
