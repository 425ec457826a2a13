import { join, relative } from "node:path";
import type { Command } from "commander";
import { AGENT_FILE } from "../agent/loadAgents";
import { writeModelFolder } from "../checkpoint/modelFolder";
import { exportWeights } from "../checkpoint/weights";
import { ready } from "../engine/backend";
import { nearest } from "../engine/nearest";
import { packageRoot } from "../engine/packageRoot";
import { CASTS, type SmallAgentRecipe } from "../experiment/casts";
import { examine } from "../experiment/examine";
import { provenance } from "../experiment/provenance";
import { smallConfig, smallTokenizer } from "../experiment/smallAgents";
import { removeCheckpoint } from "../training/checkpoint";
import { pretrainAgent } from "../training/pretrain";
import { parseCount } from "./count";
import { CliError } from "./failure";

interface PretrainFlags {
  cast: string;
  role?: string;
  out: string;
  steps?: string;
  runs: string;
}

const EXAM_SIZE = 500;

/** `recursivemas pretrain`: makes the shipped small agents, from scratch. */
export function register(program: Command): void {
  program
    .command("pretrain")
    .description("pre-train small agents from scratch, each on a skill of its own")
    .option("--cast <set>", `which set: ${Object.keys(CASTS).join(", ")}`, "small/sequential")
    .option("--role <role>", "only this one of the set")
    .option("--steps <n>", "training steps, instead of the recipe's")
    .option("--out <folder>", "where sets go", join(packageRoot(), "data", "agents"))
    .option("--runs <folder>", "where unfinished runs are kept", join(packageRoot(), ".runs", "pretrain"))
    .action(async (flags: PretrainFlags) => {
      const recipes = recipesFor(flags);
      const steps = flags.steps === undefined ? undefined : parseCount("--steps", flags.steps);
      for (const recipe of recipes) await makeAgent({ ...recipe, steps: steps ?? recipe.steps }, flags);
    });
}

function recipesFor({ cast, role }: PretrainFlags): readonly SmallAgentRecipe[] {
  const recipes = CASTS[cast];
  if (!recipes) {
    const casts = Object.keys(CASTS);
    throw new CliError(
      `There is no set "${cast}"; there are ${casts.join(", ")}. Try --cast ${nearest(cast, casts) ?? casts[0]}.`,
    );
  }
  const wanted = recipes.filter((recipe) => role === undefined || recipe.role === role);
  if (wanted.length > 0) return wanted;
  const roles = recipes.map((recipe) => recipe.role);
  throw new CliError(
    `There is no role "${role}" in ${cast}; there are ${roles.join(", ")}. Try --role ${nearest(String(role), roles) ?? roles[0]}.`,
  );
}

async function makeAgent(recipe: SmallAgentRecipe, { cast, out, runs }: PretrainFlags): Promise<void> {
  const { role, slots, prompts, seed, skill, steps, embeddingScale } = recipe;
  const unfinished = join(runs, cast, role);
  const backend = await ready();
  const { files, tokenizer } = smallTokenizer(recipe);
  const config = smallConfig(recipe, tokenizer.vocabSize);
  const { agent, run } = await pretrainAgent(
    { name: role, config, tokenizer, stopIds: [tokenizer.eosId!], prompts, slots, skill },
    {
      seed,
      steps,
      embeddingScale,
      checkpoint: unfinished,
      onProgress: ({ step, total, metrics }) => {
        if (step % 25 === 0) console.log(`${role} ${step}/${total} loss ${metrics?.loss?.toFixed(4)}`);
      },
    },
  );
  const accuracy: Record<string, number> = {};
  for (const [kind, exam] of Object.entries(skill.exams(0, EXAM_SIZE))) {
    accuracy[kind] = await examine(agent, slots, exam);
  }
  const record = {
    command: `recursivemas pretrain --cast ${cast} --role ${role}`,
    heldOutAccuracy: accuracy,
    seconds: Math.round(run.seconds),
    settings: run.settings,
    provenance: await provenance({ seed, config: run.settings, backend: backend.name }),
    losses: run.losses.map((loss) => Number(loss.toFixed(5))),
  };
  const folder = join(out, cast, role);
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
