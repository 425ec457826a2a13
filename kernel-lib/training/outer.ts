import type { Agent } from "../agent/agent";
import { lastHidden, read } from "../agent/read";
import { checkChoice, checkCount } from "../engine/check";
import type { LoopControl } from "../engine/control";
import { crossEntropy } from "../engine/loss";
import { nearest } from "../engine/nearest";
import { tf } from "../engine/tf";
import { logits } from "../model/transformer";
import { checkSystem } from "../system/checkSystem";
import { type LatentMail, latentTurn } from "../system/latentTurn";
import { flattenLinks, type Links, unflattenLinks } from "../system/links";
import { type PreparedBatch, prepareBatch, releaseBatch } from "../system/prepare";
import { readTurn } from "../system/rounds/readTurn";
import { edgeName } from "../system/style";
import type { RecursiveSystem } from "../system/system";
import { turns } from "../system/turns";
import type { Example } from "../task/task";
import { batchAt, checkExamples } from "./batches";
import type { CheckpointOptions, LoopSettings, Objective } from "./loop";
import type { TrainingRun } from "./run";
import { trainLinks } from "./trainLinks";

/** How the links are trained through the unrolled system. */
export interface TrainOuterOptions extends Partial<LoopSettings>, CheckpointOptions, LoopControl {
  /** The rounds that are unrolled in training. Default 3, as released. */
  rounds?: number;
  seed?: number;
  batchSize?: number;
  /** Which links learn: all, or as in the released code the outer ones only. Default all. */
  train?: "all" | "outer";
}

/** A batch of questions with the answers' token ids. */
interface OuterBatch {
  prepared: PreparedBatch;
  answers: number[][];
}

/**
 * The outer loop: the whole system is unrolled over `rounds`, every latent thought included, and the cross-entropy of
 * the last agent's answer (or of the example's `target`) is propagated back through all of it (paper eq. 6).
 *
 * The released code trains on the hidden states of gold messages instead; here the states are those of a true rollout,
 * so that training sees what inference will.
 *
 * Changes the links of `system`. Training always runs on latent thoughts, also for a system whose medium is text: the
 * links that it shares with its latent twin learn, and its own answers in text stay as they are.
 *
 * @throws AbortedError when stopped; the links then hold what was learned
 * @example await trainOuter(mas, task.train, { rounds: 3, checkpoint: "runs/outer-3" })
 */
export async function trainOuter(
  system: RecursiveSystem,
  examples: readonly Example[],
  {
    rounds = 3,
    seed = 0,
    batchSize = 32,
    train = "all",
    steps = 150,
    learningRate = 1e-4,
    clip = 1,
    warmup = 10,
    betas,
    epsilon,
    weightDecay,
    ...rest
  }: TrainOuterOptions = {},
): Promise<TrainingRun> {
  checkSystem(system);
  checkExamples(examples);
  for (const [name, value] of Object.entries({ rounds, batchSize, steps })) checkCount(name, value);
  checkChoice("train", train, ["all", "outer"]);
  const { latentSteps, composition, style } = system;
  const settings = { steps, learningRate, clip, warmup, betas, epsilon, weightDecay };
  const identity = {
    kind: "outer",
    style: style.name,
    rounds,
    latentSteps,
    composition,
    train,
    seed,
    batchSize,
  };
  const fixed = flattenLinks(system.links);
  const used = linksInUse(system, rounds);
  const objective: Objective<OuterBatch> = {
    prepare(step) {
      const batch = batchAt(examples, { seed, step, size: batchSize });
      const speaker = system.agents[style.speaker]!;
      const answers = batch.map((example) => answerIds(speaker, example));
      const questions = batch.map(({ question }) => question);
      return { prepared: prepareBatch(system, questions), answers };
    },
    loss: (parameters, batch) =>
      answerLoss(system, unflattenLinks({ ...fixed, ...parameters }), batch, rounds),
    release: ({ prepared }) => releaseBatch(prepared),
  };
  return trainLinks(
    `training at ${rounds} round${rounds > 1 ? "s" : ""}`,
    system,
    objective,
    settings,
    identity,
    {
      ...rest,
      only: (name) =>
        (train === "all" || name.startsWith("outer.")) && used.some((link) => name.startsWith(link)),
    },
  );
}

function answerIds({ name, tokenizer }: Agent, { id, answer, target }: Example): number[] {
  const ids = tokenizer.encode(target ?? answer);
  if (ids.length > 0) return ids;
  throw new Error(
    `the ${target === undefined ? "answer" : "target"} of example ${id} is empty, and "${name}" learns at least a word. Try examples with an answer.`,
  );
}

/**
 * The links that a run goes through, as the beginnings of their tensors' names. In the last round the speaker hands
 * nothing on, so at one round its inner link and the closing outer link have no part in the answer.
 */
export function linksInUse(
  { style, latentSteps, composition }: Pick<RecursiveSystem, "style" | "latentSteps" | "composition">,
  rounds: number,
): string[] {
  const innerWorks = latentSteps > 1 || composition === "outer(inner(h))";
  const used = [...turns(style, [rounds])].flatMap(({ role, outputs }) => [
    ...(innerWorks && outputs.length > 0 ? [`inner.${role}.`] : []),
    ...outputs.map((edge) => `outer.${edgeName(edge)}.`),
  ]);
  return [...new Set(used)];
}

/** Cross-entropy of the answers after a latent run of `rounds` rounds; differentiable in the links. */
export function answerLoss(
  system: Pick<RecursiveSystem, "style" | "latentSteps" | "composition">,
  links: Links,
  { prepared, answers }: OuterBatch,
  rounds: number,
): tf.Scalar {
  let mail: LatentMail = {};
  for (const turn of turns(system.style, [rounds])) {
    const start = readTurn(prepared, turn, mail);
    if (turn.answers) {
      const { model } = prepared.agents[turn.role]!.agent;
      const forced = answers.map((ids) => ids.slice(0, -1));
      const longest = Math.max(...forced.map((ids) => ids.length));
      const rest = longest > 0 ? [read(model, [{ ids: forced }], start.cache).hidden] : [];
      return teacherForced(logits(model, tf.concat([lastHidden(start.hidden), ...rest], 1)), answers);
    }
    mail = { ...mail, ...latentTurn(system, links, prepared, turn, start).sent };
  }
  const { name, speaker, order } = system.style;
  throw new Error(
    `the ${name} style has no turn of its speaker "${speaker}". Try speaker: "${nearest(speaker, order)}".`,
  );
}

/**
 * The first row of scores is for the first token of each answer; those of later tokens stand at the end of the rows,
 * where left padding has put them.
 */
function teacherForced(scores: tf.Tensor3D, answers: readonly number[][]): tf.Scalar {
  const [batch, time, vocab] = scores.shape;
  const targets = new Int32Array(batch * time);
  const weights = new Float32Array(batch * time);
  answers.forEach((ids, b) => {
    ids.forEach((id, t) => {
      const place = b * time + (t === 0 ? 0 : time - ids.length + t);
      targets[place] = id;
      weights[place] = 1;
    });
  });
  return crossEntropy(
    tf.reshape(scores, [batch * time, vocab]) as tf.Tensor2D,
    tf.tensor1d(targets, "int32"),
    tf.tensor1d(weights),
  );
}
