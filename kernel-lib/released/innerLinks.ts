import { join } from "node:path";
import { firstFile, isObject, namedFile, readObject } from "./files";
import type { LinkTask } from "./layout";
import { checkType } from "./linkFile";

const MANIFEST = "innerlink_config.json";
const WEIGHTS = "adapter.pt";
const SETTINGS = "adapter_config.json";
const TYPES = ["ln_res_adapter", "2layer_ln_res"];

/**
 * The file of an agent's inner link. Looked up in the released order: what `innerlink_config.json` names for the task,
 * `adapter(<task>).pt`, `adapter.pt`; without a task only the last. A file in safetensors stands in for a missing `.pt`.
 *
 * @throws if there is none, the manifest names a file that is not there, or `adapter_config.json` says that the link is
 *   of another type
 */
export async function findInnerLink(folder: string, task: LinkTask | undefined): Promise<string> {
  const named = await namedByTask(folder, task);
  await checkSettings(folder, task, named[SETTINGS]);
  const file = named[WEIGHTS];
  if (file !== undefined) return namedFile(folder, join(folder, MANIFEST), file);
  const names = [...(task ? [`adapter(${task}).pt`] : []), WEIGHTS];
  const path = await firstFile(folder, names);
  if (path) return path;
  throw new Error(
    `${folder} holds no inner link${task ? ` for ${task}` : ""}; wanted is ${names.join(" or ")}, ` +
      `or an ${MANIFEST} that names another file. Try downloading the released folder again, as a whole.`,
  );
}

/** What the manifest names for a task: files by the name that each has without tasks. */
async function namedByTask(folder: string, task: LinkTask | undefined): Promise<Record<string, unknown>> {
  const manifest = await readObject(join(folder, MANIFEST));
  const tasks = manifest?.tasks;
  const entry = task && isObject(tasks) ? tasks[task] : undefined;
  if (!isObject(entry)) return {};
  return { [WEIGHTS]: WEIGHTS, ...entry };
}

async function checkSettings(folder: string, task: LinkTask | undefined, named: unknown): Promise<void> {
  const names = [
    ...(named === undefined ? [] : [await namedFile(folder, join(folder, MANIFEST), named)]),
    ...(task ? [join(folder, `adapter_config(${task}).json`)] : []),
    join(folder, SETTINGS),
  ];
  for (const path of names) {
    const settings = await readObject(path);
    if (!settings) continue;
    checkType(settings.adapter_type, TYPES, path);
    return;
  }
}
