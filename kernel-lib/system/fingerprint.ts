import { createHash } from "node:crypto";
import type { Weights } from "../model/parameters";
import { checkSystem } from "./checkSystem";
import { edgeName } from "./style";
import type { RecursiveSystem } from "./system";

/**
 * A short digest of a system: style, settings, and the weights and prompts of its agents. Use it as the `dataVersion`
 * of `stored`, so that a result is not taken for that of other agents.
 *
 * The medium is left out, since a system shares its print with its twin in the other one; where media are mixed they
 * count. The links are left out, since trained links differ in their last bits between backends: what they were trained with
 * belongs in the key's `config`.
 *
 * @example await stored({ name: "depth", config: settings, dataVersion: await fingerprint(mas) }, compute)
 */
export async function fingerprint(system: RecursiveSystem): Promise<string> {
  checkSystem(system);
  const { style, agents, latentSteps, composition } = system;
  const settings = { style, latentSteps, composition, ...uncommon(system) };
  const hash = createHash("sha256").update(JSON.stringify(settings));
  for (const role of style.order) {
    const { model, prompts } = agents[role]!;
    hash.update(JSON.stringify({ role, prompts, config: model.config }));
    await addTensors(hash, model.weights);
  }
  return hash.digest("hex").slice(0, 16);
}

/** Settings that few systems have: where there are none, a print is what it was before there were any. */
function uncommon(system: RecursiveSystem): object {
  const { style, medium, messageLimits, tools } = system;
  const media = style.edges.map((edge) => system.mediumOf(edgeName(edge)));
  return {
    ...(medium === "mixed" && { media }),
    ...(Object.keys(messageLimits).length > 0 && { messageLimits }),
    ...(tools.length > 0 && { tools: tools.map(({ name }) => name) }),
  };
}

/**
 * By role, a short digest of the agent's model: its configuration and its weights. Prompts are left out, since links
 * hold under other prompts.
 */
export async function agentsDigest({
  style,
  agents,
}: Pick<RecursiveSystem, "style" | "agents">): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const role of style.order) {
    const { config, weights } = agents[role]!.model;
    // sorted: a model made here and the same one read from a file list their settings in different orders
    const hash = createHash("sha256").update(JSON.stringify(Object.entries(config).sort()));
    await addTensors(hash, weights);
    digests[role] = hash.digest("hex").slice(0, 12);
  }
  return digests;
}

async function addTensors(hash: ReturnType<typeof createHash>, tensors: Weights): Promise<void> {
  for (const name of Object.keys(tensors).sort()) {
    const data = await tensors[name]!.data();
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
}
