import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Agent, AgentPrompts } from "../../kernel-lib/agent/agent";
import { loadAgent } from "../../kernel-lib/agent/loadAgents";
import { read } from "../../kernel-lib/agent/read";
import type { Forward, Model } from "../../kernel-lib/model/transformer";

/** Folder of a tiny random model, with what transformers says of it. */
export const modelFolder = (name: string): string => join(__dirname, "..", "fixtures", "models", name);

export const tinyAgent = (
  name = "qwen3",
  prompts: AgentPrompts = { recurring: "w1 {{ word }} <<note>> w2" },
): Promise<Agent> => loadAgent(modelFolder(name), { prompts });

/** Two prompts, of 12 and 8 tokens, and the tokens with which transformers continues them. */
export async function promptsOf(name: string): Promise<{ ids: number[][]; greedy: number[][] }> {
  const text = await readFile(join(modelFolder(name), "expected.json"), "utf8");
  const { inputIds, attentionMask, greedy } = JSON.parse(text) as Record<string, number[][]>;
  const ids = inputIds!.map((row, b) => row.filter((_, t) => attentionMask![b]![t] === 1));
  return { ids, greedy: greedy! };
}

export const readIds = (model: Model, ids: number[][]): Forward => read(model, [{ ids }]);
