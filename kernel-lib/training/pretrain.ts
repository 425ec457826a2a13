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
import { oneHopLesson } from "../task/oneHop";
import { type CheckpointOptions, descend, type LoopSettings, type Objective } from "./loop";
import { TrainingRun } from "./run";

/** How a small agent is pre-trained; the defaults are those of the shipped ones. */
export interface PretrainOptions extends Partial<LoopSettings>, CheckpointOptions, LoopControl {
  seed?: number;
  /** Forests per step. */
  forests?: number;
  /** Questions on each forest; they share its reading. */
  queries?: number;
  /** Steps with small, growing forests. */
  easySteps?: number;
}

/**
 * Pre-trains a small agent from scratch on its one-hop skill, in words.
 *
 * The first word of a reply is the hop and counts four times; the others repeat what is known by then.
 *
 * @returns the agent and the record of the run
 * @throws AbortedError when stopped, with the weights so far in its `partial`
 */
export async function pretrainAgent(
  parts: Omit<AgentParts, "model"> & { config: ModelConfig; slot: string },
  {
    seed = 0,
    forests = 16,
    queries = 12,
    easySteps = 200,
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
  for (const [name, value] of Object.entries({ forests, queries, steps })) checkCount(name, value);
  const { config, slot, ...agentParts } = parts;
  const blank = new Agent({ ...agentParts, model: { config, weights: {} } });
  const start = initializeWeights(config, random(seed, "weights", parts.name));
  const settings = { steps, learningRate, betas, weightDecay, warmup, clip, epsilon };
  const identity = { kind: "pretrain", agent: parts.name, config, seed, forests, queries, easySteps };
  const objective = oneHopObjective(blank, slot, { seed, forests, queries, easySteps });
  const result = await descend(
    `pre-training ${parts.name}`,
    objective,
    start,
    settings,
    identity,
    rest,
  ).finally(() => tf.dispose(start as Record<string, tf.Tensor>));
  return {
    agent: new Agent({ ...agentParts, model: { config, weights: result.parameters } }),
    run: TrainingRun.of(`pre-training ${parts.name}`, result, { ...identity, ...settings }),
  };
}

interface LessonIds {
  prefixes: number[][];
  /** `[queries · forests]`, slot and reply. */
  rows: number[][];
  replies: number[][];
}

function oneHopObjective(
  agent: Agent,
  slot: string,
  lesson: { seed: number; forests: number; queries: number; easySteps: number },
): Objective<LessonIds> {
  const { tokenizer } = agent;
  const [stopId] = agent.stopIds as [number];
  return {
    prepare(step) {
      const { forests, queries } = oneHopLesson(lesson.seed, step, lesson);
      const prefixes = forests.map((forest) => {
        const [piece] = renderPrompt(agent, { forest, start: "" }, [slot]);
        return piece?.kind === "ids" ? piece.ids : [];
      });
      const replies = queries.flat().map(({ reply }) => [...tokenizer.encode(reply), stopId]);
      const rows = queries
        .flat()
        .map(({ slot: words }, i) => [...tokenizer.encode(words), ...replies[i]!.slice(0, -1)]);
      return { prefixes, rows, replies };
    },
    loss: (weights, ids) => lessonLoss({ config: agent.model.config, weights }, ids, lesson.queries),
    release: () => {},
  };
}

/** Reads each forest once and asks all questions on it from that one cache, through which gradients flow. */
function lessonLoss(model: Model, { prefixes, rows, replies }: LessonIds, queries: number): tf.Scalar {
  const { cache } = read(model, [{ ids: prefixes }]);
  const repeated = repeatCache(cache, queries);
  const { hidden } = read(model, [{ ids: rows }], repeated);
  const words = replies[0]!.length;
  const [batch, time, d] = hidden.shape;
  const speaking = tf.slice(hidden, [0, time - words, 0], [batch, words, d]);
  const scores = tf.reshape(logits(model, speaking), [batch * words, model.config.vocabSize]) as tf.Tensor2D;
  const weights = tf.tensor1d(replies.flatMap((reply) => reply.map((_, i) => (i === 0 ? 4 : 1))));
  return crossEntropy(scores, tf.tensor1d(replies.flat(), "int32"), weights);
}
