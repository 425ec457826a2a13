import { readdir, readFile } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { readModelFolder } from "../checkpoint/modelFolder";
import { loadWeights } from "../checkpoint/weights";
import { ready } from "../engine/backend";
import { nearest } from "../engine/nearest";
import { packageRoot } from "../engine/packageRoot";
import { Agent, type AgentPrompts } from "./agent";
import { checkPrompts } from "./checkPrompts";

/** The file, beside a model's own, that says what the agent is told. */
export const AGENT_FILE = "agent.json";

/** The roles of the sets of agents that come with the package, so that destructuring them is typed. */
export interface ShippedAgents {
  "small/sequential": "planner" | "critic" | "solver";
  "small/sequential-scaled": "planner" | "critic" | "solver";
  "small/mixture": "math" | "code" | "science" | "summarizer";
  "small/distillation": "expert" | "learner";
  "small/deliberation": "reflector" | "toolcaller";
}

/**
 * Loads a set of agents, one per folder, each a model in Hugging Face layout with an `agent.json` of its prompts.
 *
 * @param name a shipped set, such as `"small/sequential"`, or the path of a folder of your own
 * @throws if there is no such set, or a folder is not whole; the error says which file and what to do
 * @example const { planner, critic, solver } = await loadAgents("small/sequential");
 */
export async function loadAgents<S extends keyof ShippedAgents>(
  name: S,
): Promise<Record<ShippedAgents[S], Agent>>;
export async function loadAgents<R extends string = string>(folder: string): Promise<Record<R, Agent>>;
export async function loadAgents(name: string): Promise<Record<string, Agent>> {
  const folder = await findSet(name);
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.some(({ name }) => name === "config.json")) {
    throw new Error(
      `${folder} is the folder of one agent, not of a set. Try loadAgent(${JSON.stringify(folder)}).`,
    );
  }
  const roles = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name);
  if (roles.length === 0) {
    throw new Error(
      `${folder} holds no agents; it should hold one folder per agent, each with config.json. ` +
        'Try loadAgents("small/sequential"), which is shipped.',
    );
  }
  const agents: Record<string, Agent> = {};
  try {
    for (const role of roles.sort()) agents[role] = await loadAgent(join(folder, role));
    return agents;
  } catch (error) {
    for (const agent of Object.values(agents)) agent.dispose();
    throw error;
  }
}

/**
 * Loads one agent from a model folder.
 *
 * @param folder the model's files and `agent.json`
 * @param options.prompts takes the place of `agent.json`, for a model folder as downloaded
 * @param options.name default: the one in `agent.json`, or the folder's
 * @throws if a file is missing, damaged or of a family that this version does not run; the error says which
 * @example
 * const critic = await loadAgent("models/Llama-3.2-1B-Instruct", {
 *   prompts: { recurring: "Check the plan.\n{{ problem }}\nPlan: <<plan>>" },
 * });
 */
export async function loadAgent(
  folder: string,
  { prompts, name }: { prompts?: AgentPrompts; name?: string } = {},
): Promise<Agent> {
  if (prompts !== undefined) checkPrompts("the prompts", prompts);
  await ready();
  const { config, tensors, tokenizer, stopIds } = await readModelFolder(folder);
  const described = await readAgentFile(folder, prompts);
  if (stopIds.length === 0) {
    throw new Error(
      `${folder} names no token that ends a turn. Try setting eos_token in its tokenizer_config.json.`,
    );
  }
  const weights = await loadWeights(config, tensors, { from: folder });
  const fallback = folder.split(/[\\/]/).filter(Boolean).at(-1)!;
  return new Agent({
    name: name ?? described.name ?? fallback,
    model: { config, weights },
    tokenizer,
    stopIds,
    prompts: described.prompts,
  });
}

async function readAgentFile(
  folder: string,
  prompts: AgentPrompts | undefined,
): Promise<{ name?: string; prompts: AgentPrompts }> {
  if (prompts) return { prompts };
  const path = join(folder, AGENT_FILE);
  const text = await readFile(path, "utf8").catch(() => {
    throw new Error(
      `there is no ${path}, which says what the agent is told. ` +
        'Try writing one, {"prompts": {"recurring": "…"}}, or loadAgent(folder, { prompts }).',
    );
  });
  let parsed: { name?: string; prompts?: AgentPrompts } | null;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}. Try {"prompts": {"recurring": "…"}}.`);
  }
  if (typeof parsed?.prompts?.recurring !== "string") {
    throw new Error(
      `${path} has no prompts.recurring, the text that the agent is told every round. ` +
        'Try {"prompts": {"recurring": "…"}}.',
    );
  }
  checkPrompts(`the prompts in ${path}`, parsed.prompts); // before the weights are in memory
  return { name: parsed.name, prompts: parsed.prompts };
}

async function findSet(name: string): Promise<string> {
  const shipped = join(packageRoot(), "data", "agents", name);
  const candidates = isAbsolute(name) ? [name] : [shipped, resolve(name)];
  for (const folder of candidates) {
    const there = await readdir(folder).catch(() => undefined);
    if (there) return folder;
  }
  const sets = await shippedSets();
  const known = nearest(name, sets);
  throw new Error(
    `there are no agents "${name}"; shipped are ${sets.map((set) => `"${set}"`).join(", ") || "none"} ` +
      `(and there is no folder ${resolve(name)}). ` +
      `Try ${known ? `"${known}", or ` : ""}the path of a folder with one sub-folder per agent.`,
  );
}

async function shippedSets(): Promise<string[]> {
  const root = join(packageRoot(), "data", "agents");
  const foldersIn = async (folder: string): Promise<string[]> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  };
  const groups = await foldersIn(root);
  const sets = await Promise.all(
    groups.map(async (group) => (await foldersIn(join(root, group))).map((set) => `${group}/${set}`)),
  );
  return sets.flat();
}
