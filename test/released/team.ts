import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeModelFolder } from "../../kernel-lib/checkpoint/modelFolder";
import { exportWeights } from "../../kernel-lib/checkpoint/weights";
import { random } from "../../kernel-lib/engine/random";
import { tf } from "../../kernel-lib/engine/tf";
import { SMALL_SEQUENTIAL, smallConfig, smallTokenizer } from "../../kernel-lib/experiment/smallAgents";
import { initializeWeights } from "../../kernel-lib/model/initialize";
import type { ReleasedName } from "../../kernel-lib/released/layout";
import { LAYOUTS } from "../../kernel-lib/released/layout";
import { type Saved, writeTorchFile } from "../support/torchFile";

/** Widths of the agents in their order: no two alike, so that no link fits where it does not belong. */
export const WIDTHS = [8, 12, 6, 10] as const;

/** By role, the width of its tiny agent. */
export const widthsOf = (name: ReleasedName): Record<string, number> =>
  Object.fromEntries(LAYOUTS[name].style.order.map((role, i) => [role, WIDTHS[i]!]));

/** The file of a link, as PyTorch lays it out, of numbers that its name decides. */
export function linkFile(
  name: string,
  from: number,
  to: number,
  kind: "inner" | "outer",
): Record<string, Saved> {
  const inside = kind === "inner" ? to : 2 * to;
  const [before, after] = kind === "inner" ? ["pre_ln", "post_ln"] : ["ln_source", "ln_target"];
  const shapes: Record<string, number[]> = {
    [`${before}.weight`]: [from],
    [`${before}.bias`]: [from],
    "proj1.weight": [inside, from],
    "proj1.bias": [inside],
    "proj2.weight": [to, inside],
    "proj2.bias": [to],
    ...(kind === "outer" && { "residual_proj.weight": [to, from], "residual_proj.bias": [to] }),
    [`${after}.weight`]: [to],
    [`${after}.bias`]: [to],
  };
  const stream = random("link", name);
  return Object.fromEntries(
    Object.entries(shapes).map(([key, shape]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return [key, { shape, data: Float32Array.from({ length: size }, () => 0.3 * stream.normal()) }];
    }),
  );
}

/** Writes an agent's folder: a tiny model, and the files that make PEFT take it for something else. */
export async function writeAgent(folder: string, index: number): Promise<void> {
  const recipe = SMALL_SEQUENTIAL[index % SMALL_SEQUENTIAL.length]!;
  const { files, tokenizer } = smallTokenizer(recipe);
  const hiddenSize = WIDTHS[index]!;
  const config = {
    ...smallConfig(recipe, tokenizer.vocabSize),
    ...{ hiddenSize, intermediateSize: 8, layers: 1, heads: 1, kvHeads: 1, headDim: hiddenSize },
    maxPositions: 4096,
  };
  const weights = initializeWeights(config, random("agent", index));
  const tensors = await exportWeights(config, weights);
  tf.dispose(weights as Record<string, tf.Tensor>);
  await writeModelFolder(folder, { config, tensors, tokenizerFiles: files, overwrite: true });
  await writeJson(join(folder, "adapter_config.json"), {
    adapter_type: "ln_res_adapter",
    hidden_size: hiddenSize,
  });
}

/** Writes all folders of a released system as they are on the hub, tiny. */
export async function writeTeam(root: string, name: ReleasedName): Promise<void> {
  const { style, agents, outerLinks, linkKeys, byTask } = LAYOUTS[name];
  const widths = widthsOf(name);
  const tasks = byTask ? ["math", "code"] : [""];
  const suffix = (task: string): string => task && `(${task})`;
  for (const [index, role] of style.order.entries()) {
    const folder = join(root, agents[role]!);
    await writeAgent(folder, index);
    const width = widths[role]!;
    for (const task of tasks) {
      const path = join(folder, `adapter${suffix(task)}.pt`);
      await writeTorchFile(path, linkFile(`${role}${task}`, width, width, "inner"));
    }
    const named = Object.fromEntries(
      tasks.map((task) => [task, { "adapter.pt": `adapter${suffix(task)}.pt` }]),
    );
    if (byTask) await writeJson(join(folder, "innerlink_config.json"), { format_version: 1, tasks: named });
  }
  const folder = join(root, outerLinks);
  await mkdir(folder, { recursive: true });
  const lists: Record<string, { adapters: object[] }> = {};
  for (const task of tasks) {
    lists[task] = { adapters: [] };
    for (const { from, to } of style.edges) {
      const [wide, narrow] = [widths[from]!, widths[to]!];
      const filename = `${from}-${to}${suffix(task)}.pt`;
      const key = linkKeys[`${from}-${to}`]!;
      await writeTorchFile(join(folder, filename), linkFile(`${key}${task}`, wide, narrow, "outer"));
      const shape = { in_dim: wide, out_dim: narrow };
      lists[task].adapters.push({
        legacy_key: key,
        filename,
        adapter_type: "outer_ln_res_adapter",
        ...shape,
      });
    }
  }
  const content = byTask ? { tasks: lists } : lists[""]!;
  await writeJson(join(folder, "outerlink_config.json"), { format_version: 1, paradigm: "x", ...content });
}

export const writeJson = (path: string, value: unknown): Promise<void> =>
  writeFile(path, JSON.stringify(value));
