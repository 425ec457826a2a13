import { access, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { nearest } from "../engine/nearest";
import { openSafetensors, type TensorSource } from "./safetensors";

const SINGLE = "model.safetensors";
const INDEX = "model.safetensors.index.json";

/**
 * The tensors of a Hugging Face model folder: of `model.safetensors`, or of the shards that
 * `model.safetensors.index.json` names. Each read opens and closes its file, so there is nothing to close.
 * Throws if neither is there, a shard is missing, or the index and the shards disagree.
 *
 * @example const weights = await openTensorFolder("Qwen3-1.7B"); weights.shapeOf("model.norm.weight");
 */
export async function openTensorFolder(folder: string): Promise<TensorSource> {
  const place = (await exists(join(folder, INDEX))) ? await readIndex(folder) : await readSingle(folder);
  const shapes = new Map<string, readonly number[]>();
  for (const path of new Set(place.values())) {
    const file = await openSafetensors(path);
    try {
      for (const name of file.names) if (place.get(name) === path) shapes.set(name, file.shapeOf(name));
    } finally {
      await file.close();
    }
  }
  const lost = [...place.keys()].find((name) => !shapes.has(name));
  if (lost) {
    throw new Error(
      `${join(folder, INDEX)} places "${lost}" in ${basename(place.get(lost)!)}, which does not have it. ` +
        "Try downloading the folder again as a whole.",
    );
  }
  const find = <T>(map: Map<string, T>, name: string): T => {
    const found = map.get(name);
    if (found === undefined) {
      throw new Error(
        `${folder} has no tensor "${name}" among its ${map.size}. Try "${nearest(name, [...map.keys()])}".`,
      );
    }
    return found;
  };
  const within = async <T>(name: string, use: (file: TensorSource) => Promise<T>): Promise<T> => {
    const file = await openSafetensors(find(place, name));
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  };
  return {
    names: [...shapes.keys()].sort(),
    shapeOf: (name) => find(shapes, name),
    read: (name) => within(name, (file) => file.read(name)),
    scan: (name, visit) => within(name, (file) => file.scan(name, visit)),
  };
}

async function readSingle(folder: string): Promise<Map<string, string>> {
  const path = join(folder, SINGLE);
  if (!(await exists(path))) {
    throw new Error(
      `${folder} has neither ${SINGLE} nor ${INDEX}; pytorch_model.bin is not read. ` +
        "Try a Hugging Face model folder in safetensors format.",
    );
  }
  const file = await openSafetensors(path);
  await file.close();
  return new Map(file.names.map((name) => [name, path]));
}

async function readIndex(folder: string): Promise<Map<string, string>> {
  const path = join(folder, INDEX);
  let map: unknown;
  try {
    map = (JSON.parse(await readFile(path, "utf8")) as { weight_map?: unknown } | null)?.weight_map;
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}. Try downloading it again.`);
  }
  if (typeof map !== "object" || map === null || Object.keys(map).length === 0) {
    throw new Error(
      `${path} has no "weight_map" from tensor names to shard files. Try downloading it again.`,
    );
  }
  const place = new Map<string, string>();
  for (const [name, shard] of Object.entries(map as Record<string, unknown>)) {
    // A shard lies in the folder itself: an index must not reach elsewhere on the disk.
    if (typeof shard !== "string" || shard !== basename(shard) || ["", ".", ".."].includes(shard)) {
      throw new Error(
        `${path}: "${name}" is placed in ${JSON.stringify(shard)}, which is not a plain file name. ` +
          "Try downloading it again.",
      );
    }
    place.set(name, join(folder, shard));
  }
  for (const shard of new Set(place.values())) {
    if (!(await exists(shard))) {
      throw new Error(
        `${path} names the shard ${basename(shard)}, which is not in ${folder}. Try downloading it too.`,
      );
    }
  }
  return place;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
