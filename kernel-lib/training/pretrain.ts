import { Agent, type AgentParts } from "../agent/agent";
import { renderPrompt } from "../agent/prompt";
import { read } from "../agent/read";
import { checkCount } from "../engine/check";
import type { LoopControl } from "../engine/control";
import { crossEntropy } from "../engine/loss";
import { random } from "../engine/random";
import { tf } from "../engine/tf";
import { repeatCache } from "../model/cache";
import type { ModelConfig } from "../model/config";
import { initializeWeights } from "../model/initialize";
import { logits, type Model } from "../model/transformer";
import type { Skill } from "../task/skills";
import { type CheckpointOptions, descend, type LoopSettings, type Objective } from "./loop";
import { TrainingRun } from "./run";

/** How a small agent is pre-trained; the defaults are those of the shipped ones. */
export interface PretrainOptions extends Partial<LoopSettings>, CheckpointOptions, LoopControl {
  seed?: number;
  /** Standard deviation of the first, random token embeddings. Default 0.1. */
  embeddingScale?: number;
}

/** What is pre-trained: an agent without weights, its shape, the slots of its prompt, and its skill. */
export interface PretrainParts extends Omit<AgentParts, "model"> {
  config: ModelConfig;
  slots: readonly string[];
  skill: Skill;
}

/**
 * Pre-trains a small agent from scratch on one skill, in words.
 *
 * The first words of a reply are what was to be found, and count four times; the others repeat what is known by then.
 *
 * @returns the agent and the record of the run
 * @throws AbortedError when stopped, with the weights so far in its `partial`
 */
export async function pretrainAgent(
  { config, slots, skill, ...agentParts }: PretrainParts,
  {
    seed = 0,
    embeddingScale,
    steps = 900,
    learningRate = 3e-3,
    betas = [0.9, 0.98],
    weightDecay = 0.01,
    warmup = 50,
    clip = 1,
    epsilon,
    ...rest
  }: PretrainOptions = {},
): Promise<{ agent: Agent; run: TrainingRun }> {
  checkCount("steps", steps);
  const { name } = agentParts;
  const blank = new Agent({ ...agentParts, model: { config, weights: {} } });
  const start = initializeWeights(config, random(seed, "weights", name), { embeddingScale });
  const settings = { steps, learningRate, betas, weightDecay, warmup, clip, epsilon };
  const identity = {
    kind: "pretrain",
    agent: name,
    config,
    seed,
    skill: skill.name,
    ...skill.settings,
    embeddingScale,
  };
  const objective = lessons(blank, slots, skill, seed);
  const label = `pre-training ${name}`;
  const result = await descend(label, objective, start, settings, identity, rest).finally(() =>
    tf.dispose(start as Record<string, tf.Tensor>),
  );
  return {
    agent: new Agent({ ...agentParts, model: { config, weights: result.parameters } }),
    run: TrainingRun.of(label, result, { ...identity, ...settings }),
  };
}

/** A lesson in tokens. */
interface LessonIds {
  /** `[contexts]`, what each prompt begins with */
  prefixes: number[][];
  /** `[queries · contexts]`, what follows: slots, words between them, what was said, and all of the reply but its end */
  rows: number[][];
  replies: number[][];
}

function lessons(agent: Agent, slots: readonly string[], skill: Skill, seed: number): Objective<LessonIds> {
  const { tokenizer } = agent;
  const [stopId] = agent.stopIds as [number];
  return {
    prepare(step) {
      const { contexts, queries } = skill.lesson(seed, step);
      const prompts = contexts.map((context) => {
        const [first, ...rest] = renderPrompt(agent, context, slots);
        return first!.kind === "ids" ? { prefix: first!.ids, rest } : { prefix: [], rest: [first!, ...rest] };
      });
      const replies = queries.flat().map(({ reply }) => [...tokenizer.encode(reply), stopId]);
      const rows = queries.flatMap((asked) =>
        asked.map(({ slots: heard, said = "" }, c) => [
          ...prompts[c]!.rest.flatMap((piece) =>
            piece.kind === "ids" ? piece.ids : tokenizer.encode(heard[piece.name]!),
          ),
          ...tokenizer.encode(said),
        ]),
      );
      return {
        prefixes: prompts.map(({ prefix }) => prefix),
        rows: rows.map((row, i) => [...row, ...replies[i]!.slice(0, -1)]),
        replies,
      };
    },
    loss: (weights, ids) => lessonLoss({ config: agent.model.config, weights }, ids, skill.heavyWords),
    release: () => {},
  };
}

/** Reads each context once and asks all questions on it from that one cache, through which gradients flow. */
function lessonLoss(model: Model, { prefixes, rows, replies }: LessonIds, heavyWords: number): tf.Scalar {
  const { cache } = read(model, [{ ids: prefixes }]);
  const repeated = repeatCache(cache, rows.length / prefixes.length);
  const { hidden } = read(model, [{ ids: rows }], repeated);
  // rows end together, and so do replies; a shorter one has fewer words at the end
  const words = Math.max(...replies.map(({ length }) => length));
  const [batch, time, d] = hidden.shape;
  const speaking = tf.slice(hidden, [0, time - words, 0], [batch, words, d]);
  const scores = tf.reshape(logits(model, speaking), [batch * words, model.config.vocabSize]) as tf.Tensor2D;
  const padded = <T>(row: readonly T[], filler: T): T[] => [
    ...new Array<T>(words - row.length).fill(filler),
    ...row,
  ];
  const targets = replies.flatMap((reply) => padded(reply, 0));
  const weights = replies.flatMap((reply) =>
    padded(
      reply.map((_, i) => (i < heavyWords ? 4 : 1)),
      0,
    ),
  );
  return crossEntropy(scores, tf.tensor1d(targets, "int32"), tf.tensor1d(weights));
}
