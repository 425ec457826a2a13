import { join, relative } from "node:path";
import type { Command } from "commander";
import { AGENT_FILE } from "../agent/loadAgents";
import { writeModelFolder } from "../checkpoint/modelFolder";
import { exportWeights } from "../checkpoint/weights";
import { ready } from "../engine/backend";
import { nearest } from "../engine/nearest";
import { packageRoot } from "../engine/packageRoot";
import { examineOneHop } from "../experiment/examine";
import { provenance } from "../experiment/provenance";
import {
  SMALL_SEQUENTIAL,
  type SmallAgentRecipe,
  smallConfig,
  smallTokenizer,
} from "../experiment/smallAgents";
import { removeCheckpoint } from "../training/checkpoint";
import { pretrainAgent } from "../training/pretrain";
import { parseCount } from "./count";
import { CliError } from "./failure";

interface PretrainFlags {
  role?: string;
  out: string;
  steps?: string;
  runs: string;
}

/** `recursivemas pretrain`: makes the shipped small agents, from scratch. */
export function register(program: Command): void {
  program
    .command("pretrain")
    .description("pre-train the small agents from scratch, each on its own one-hop skill")
    .option("--role <role>", "only this one: planner, critic or solver")
    .option("--steps <n>", "training steps, instead of the recipe's")
    .option(
      "--out <folder>",
      "where the agents go",
      join(packageRoot(), "data", "agents", "small", "sequential"),
    )
    .option("--runs <folder>", "where unfinished runs are kept", join(packageRoot(), ".runs", "pretrain"))
    .action(async (flags: PretrainFlags) => {
      const recipes = recipesFor(flags.role);
      const settings = flags.steps === undefined ? {} : { steps: parseCount("--steps", flags.steps) };
      for (const recipe of recipes) await makeAgent(recipe, settings, flags);
    });
}

function recipesFor(role: string | undefined): readonly SmallAgentRecipe[] {
  const wanted = SMALL_SEQUENTIAL.filter((recipe) => role === undefined || recipe.role === role);
  if (wanted.length > 0) return wanted;
  const roles = SMALL_SEQUENTIAL.map((recipe) => recipe.role);
  throw new CliError(
    `There is no role "${role}"; there are ${roles.join(", ")}. Try --role ${nearest(String(role), roles)}.`,
  );
}

async function makeAgent(
  recipe: SmallAgentRecipe,
  settings: { steps?: number },
  { out, runs }: PretrainFlags,
): Promise<void> {
  const { role, slot, prompts, seed } = recipe;
  const unfinished = join(runs, role);
  const backend = await ready();
  const { files, tokenizer } = smallTokenizer(recipe);
  const config = smallConfig(recipe, tokenizer.vocabSize);
  const { agent, run } = await pretrainAgent(
    { name: role, config, tokenizer, stopIds: [tokenizer.eosId!], prompts, slot },
    {
      seed,
      ...settings,
      checkpoint: unfinished,
      onProgress: ({ step, total, metrics }) => {
        if (step % 25 === 0) console.log(`${role} ${step}/${total} loss ${metrics?.loss?.toFixed(4)}`);
      },
    },
  );
  const accuracy: Record<string, number> = {};
  for (const words of [1, 2, 8]) accuracy[`${words} words`] = await examineOneHop(agent, slot, { words });
  const record = {
    command: `recursivemas pretrain --role ${role}`,
    heldOutOneHopAccuracy: accuracy,
    seconds: Math.round(run.seconds),
    settings: run.settings,
    provenance: await provenance({ seed, config: run.settings, backend: backend.name }),
    losses: run.losses.map((loss) => Number(loss.toFixed(5))),
  };
  const folder = join(out, role);
  await writeModelFolder(folder, {
    config,
    tensors: await exportWeights(config, agent.model.weights),
    tokenizerFiles: files,
    extra: {
      [AGENT_FILE]: `${JSON.stringify({ name: role, prompts }, null, 2)}\n`,
      "training.json": `${JSON.stringify(record, null, 1)}\n`,
    },
    overwrite: true,
  });
  agent.dispose();
  await removeCheckpoint(unfinished);
  console.log(`${run}\n${JSON.stringify(accuracy)}\nwritten to ${relative(process.cwd(), folder)}`);
}
