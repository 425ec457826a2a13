import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Agent } from "../../kernel-lib/agent/agent";
import { ready } from "../../kernel-lib/engine/backend";
import { AbortedError } from "../../kernel-lib/engine/control";
import { release } from "../../kernel-lib/engine/memory";
import { SMALL_SEQUENTIAL, smallConfig, smallTokenizer } from "../../kernel-lib/experiment/smallAgents";
import { parameterSpecs } from "../../kernel-lib/model/parameters";
import { oneHop } from "../../kernel-lib/task/skills";
import { type PretrainOptions, pretrainAgent } from "../../kernel-lib/training/pretrain";
import { tensorsLeftBy } from "../support/tensors";
import { numbersOf } from "../support/tinySystem";

const TINY = { steps: 4, warmup: 2 } as const;

beforeAll(() => ready());

/** A planner of width 8, one layer. */
function parts() {
  const [recipe] = SMALL_SEQUENTIAL;
  const { tokenizer } = smallTokenizer(recipe!);
  const config = { ...smallConfig(recipe!, tokenizer.vocabSize), hiddenSize: 8, intermediateSize: 16 };
  return {
    name: "planner",
    config: { ...config, layers: 1, heads: 2, kvHeads: 2, headDim: 4 },
    tokenizer,
    stopIds: [tokenizer.eosId!],
    prompts: recipe!.prompts,
    slots: ["feedback"],
    skill: oneHop("feedback", "plan", { contexts: 2, queries: 3 }),
  };
}

const weightsOf = async (agent: Agent): Promise<Record<string, number[]>> => {
  const numbers = await numbersOf(agent.model.weights);
  agent.dispose();
  return numbers;
};

const learned = async (options: PretrainOptions): Promise<Record<string, number[]>> =>
  weightsOf((await pretrainAgent(parts(), { ...TINY, ...options })).agent);

test("an agent learns the words of replies, and its record says how it was made", async () => {
  const { agent, run } = await pretrainAgent(parts(), { ...TINY, steps: 60, warmup: 5, learningRate: 2e-2 });
  // 24 words are equally likely at first; "is parent of", "," and "go" stand at the same places in every reply
  expect(run.losses[0]).toBeGreaterThan(2.5);
  expect(run.finalLoss).toBeLessThan(0.75 * run.losses[0]!);
  expect(run.label).toBe("pre-training planner");
  expect(run.settings).toMatchObject({
    kind: "pretrain",
    agent: "planner",
    seed: 0,
    forests: 2,
    queries: 3,
    steps: 60,
  });
  expect(agent.name).toBe("planner");
  expect(Object.keys(agent.model.weights).sort()).toEqual(
    parameterSpecs(agent.model.config)
      .map(({ name }) => name)
      .sort(),
  );
  agent.dispose();
});

test("the same seed gives the same weights, another seed others", async () => {
  const first = await learned({ seed: 1 });
  expect(await learned({ seed: 1 })).toEqual(first);
  expect(await learned({ seed: 2 })).not.toEqual(first);
});

test("the optimizer's options are heeded", async () => {
  const plain = await learned({});
  for (const option of [{ weightDecay: 0 }, { betas: [0.5, 0.6] as const }, { epsilon: 1 }, { clip: 1e-9 }]) {
    expect(await learned(option), JSON.stringify(option)).not.toEqual(plain);
  }
});

test("a run leaves no tensor but the agent's", async () => {
  const left = await tensorsLeftBy(async () => {
    const { agent } = await pretrainAgent(parts(), TINY);
    agent.dispose();
  });
  expect(left).toBe(0);
});

test("a stopped run gives its weights so far, leaves nothing else, and goes on later to the same bits", async () => {
  const folder = await mkdtemp(join(tmpdir(), "pretrain-"));
  const stop = new AbortController();
  const left = await tensorsLeftBy(async () => {
    const error = await pretrainAgent(parts(), {
      ...TINY,
      checkpoint: folder,
      signal: stop.signal,
      onProgress: ({ step }) => {
        if (step === 2) stop.abort();
      },
    }).then(
      () => undefined,
      (reason: AbortedError<{ losses: number[]; parameters: Agent["model"]["weights"] }>) => reason,
    );
    expect(error).toBeInstanceOf(AbortedError);
    expect(error!.partial!.losses).toHaveLength(2);
    release(error!.partial!.parameters);
  });
  expect(left).toBe(0);
  expect(await learned({ checkpoint: folder })).toEqual(await learned({}));
  await rm(folder, { recursive: true });
});

test("no steps, and lessons without contexts or questions, are refused", async () => {
  const wanted = "is 0; it must be a whole number of at least 1";
  await expect(pretrainAgent(parts(), { ...TINY, steps: 0 })).rejects.toThrow(`steps ${wanted}`);
  expect(() => oneHop("feedback", "plan", { contexts: 0 })).toThrow(`contexts ${wanted}`);
  expect(() => oneHop("feedback", "plan", { queries: 0 })).toThrow(`queries ${wanted}`);
});

test("a slot that the prompt does not have is refused, and leaves no tensor behind", async () => {
  const left = await tensorsLeftBy(() =>
    expect(pretrainAgent({ ...parts(), slots: ["plan"] }, TINY)).rejects.toThrow(/<<plan>> is missing/),
  );
  expect(left).toBe(0);
});
