import type { Agent } from "../agent/agent";
import { renderPrompt } from "../agent/prompt";
import { read } from "../agent/read";
import { checkCount } from "../engine/check";
import type { LoopControl } from "../engine/control";
import { embeddingLookup } from "../engine/embedding";
import { cosineLoss } from "../engine/loss";
import { random } from "../engine/random";
import { tf } from "../engine/tf";
import { applyInnerLink } from "../link/innerLink";
import { applyOuterLink } from "../link/outerLink";
import { embed } from "../model/transformer";
import { checkSystem } from "../system/checkSystem";
import { type Links, unflattenLinks } from "../system/links";
import { edgeName } from "../system/style";
import type { RecursiveSystem } from "../system/system";
import { opens, readsOpening } from "../system/turns";
import { type Example, goldMessage } from "../task/task";
import { batchAt, checkExamples } from "./batches";
import type { CheckpointOptions, LoopSettings, Objective } from "./loop";
import type { TrainingRun } from "./run";
import { trainLinks } from "./trainLinks";

/** How the links are warm-started. */
export interface WarmStartOptions extends Partial<LoopSettings>, CheckpointOptions, LoopControl {
  seed?: number;
  batchSize?: number;
  /** The rounds from which gold messages are taken. Default: all that the examples have. */
  rounds?: number;
}

/**
 * The inner loop, and the same for the outer links: each link learns from its own agent's reading of gold messages,
 * with no other agent running.
 *
 * Inner: 1 − cos(R_in(h_t), E(y_{t+1})), the next token's embedding in the same agent (paper eq. 5; teacher-forced, as
 * released). Outer: 1 − cos(R_out(R_in(h_t)), E'(y_{t+1})), that token's embedding in the next agent. The paper starts
 * outer links at random; from there the answer's cross-entropy alone stays on its plateau.
 *
 * Changes the links of `system`.
 *
 * @throws AbortedError when stopped; the links then hold what was learned
 * @example await warmStart(mas, task.train, { steps: 200 })
 */
export async function warmStart(
  system: RecursiveSystem,
  examples: readonly Example[],
  {
    seed = 0,
    batchSize = 32,
    rounds = checkExamples(examples).reduce((most, { messages }) => Math.max(most, messages.length), 1),
    steps = 200,
    learningRate = 3e-3,
    clip = 1,
    warmup = 10,
    betas,
    epsilon,
    weightDecay,
    ...rest
  }: WarmStartOptions = {},
): Promise<TrainingRun> {
  checkSystem(system);
  checkExamples(examples);
  for (const [name, value] of Object.entries({ batchSize, rounds, steps })) checkCount(name, value);
  const settings = { steps, learningRate, clip, warmup, betas, epsilon, weightDecay };
  const identity = {
    kind: "warm start",
    style: system.style.name,
    composition: system.composition,
    seed,
    batchSize,
    rounds,
  };
  const objective = alignment(system, examples, { seed, batchSize, rounds });
  return trainLinks("warm start", system, objective, settings, identity, rest);
}

/** What one agent's links are to map, and to what; rows are the tokens of a batch of messages. */
interface Lesson {
  role: string;
  /** h_t, `[n, d]` */
  hidden: tf.Tensor2D;
  /** The agent's own embeddings of the tokens that follow, `[n, d]` */
  own: tf.Tensor2D;
  /** Per outgoing edge: which rows have a counterpart, and the receiver's embeddings of it. */
  next: readonly { edge: string; rows: tf.Tensor1D; target: tf.Tensor2D }[];
}

function alignment(
  system: RecursiveSystem,
  examples: readonly Example[],
  { seed, batchSize, rounds }: { seed: number; batchSize: number; rounds: number },
): Objective<Lesson[]> {
  return {
    prepare(step) {
      const batch = batchAt(examples, { seed, step, size: batchSize });
      const stream = random(seed, "warm start", step);
      const lessons = (): Lesson[] =>
        system.style.order.map((role) => {
          const taken = batch.map((example) => ({ example, round: 1 + stream.integer(rounds) }));
          return lessonFor(system, role, taken);
        });
      return tf.tidy(() => lessons() as unknown as tf.TensorContainer) as unknown as Lesson[];
    },
    loss(parameters, lessons) {
      const links = unflattenLinks(parameters);
      return tf.addN(lessons.map((lesson) => lessonLoss(system, links, lesson))) as tf.Scalar;
    },
    release: (lessons) => tf.dispose(lessons as unknown as tf.TensorContainer),
  };
}

function lessonLoss(
  { composition }: RecursiveSystem,
  links: Links,
  { role, hidden, own, next }: Lesson,
): tf.Scalar {
  const inward = applyInnerLink(links.inner[role]!, hidden);
  const carried = composition === "outer(h)" ? hidden : inward;
  const losses = next.map(({ edge, rows, target }) =>
    cosineLoss(embeddingLookup(applyOuterLink(links.outer[edge]!, carried), rows), target),
  );
  return tf.addN([cosineLoss(inward, own), ...losses]) as tf.Scalar;
}

/** Lets an agent read prompts and gold messages, all in text, and collects its states before each message token. */
function lessonFor(
  { style, agents }: RecursiveSystem,
  role: string,
  taken: readonly { example: Example; round: number }[],
): Lesson {
  const agent = agents[role]!;
  const messages = taken.map(({ example, round }) => goldMessage(example, role, round));
  const tokens = messages.map((message) => agent.tokenizer.encode(message));
  const prompts = taken.map(({ example, round }) => goldPrompt({ style, agents }, role, example, round));
  const { hidden } = read(agent.model, [
    { ids: prompts.map((ids, b) => [...ids, ...tokens[b]!.slice(0, -1)]) },
  ]);

  // rows end together, so the state before token t of a message of n tokens lies n − t positions before the end
  const [, width, d] = hidden.shape;
  const places = tokens.flatMap((ids, b) => ids.map((_, t) => b * width + width - ids.length + t));
  const own = tokens.flat();
  const firstRow = tokens.map((_, b) => tokens.slice(0, b).reduce((sum, ids) => sum + ids.length, 0));
  return {
    role,
    hidden: tf.gather(tf.reshape(hidden, [-1, d]) as tf.Tensor2D, tf.tensor1d(places, "int32")),
    own: embeddingsOf(agent, own),
    next: style.edges
      .filter(({ from }) => from === role)
      .map((edge) => {
        const receiver = agents[edge.to]!;
        const heard = messages.map((message, b) =>
          receiver.tokenizer.encode(message).slice(0, tokens[b]!.length),
        );
        return {
          edge: edgeName(edge),
          rows: tf.tensor1d(
            heard.flatMap((ids, b) => ids.map((_, t) => firstRow[b]! + t)),
            "int32",
          ),
          target: embeddingsOf(receiver, heard.flat()),
        };
      }),
  };
}

/** The prompt of a turn with gold text in its slots. */
function goldPrompt(
  { style, agents }: Pick<RecursiveSystem, "style" | "agents">,
  role: string,
  example: Example,
  round: number,
): number[] {
  const agent = agents[role]!;
  const inputs = style.edges.filter(({ to, feedback }) => to === role && (!feedback || round > 1));
  const slots = inputs.map(({ slot }) => slot);
  const first = readsOpening(style, role) && opens({ round, inputs });
  const pieces = renderPrompt(agent, example.question, slots, { first });
  return pieces.flatMap((piece) => {
    if (piece.kind === "ids") return piece.ids;
    const { from, feedback } = inputs.find(({ slot }) => slot === piece.name)!;
    return agent.tokenizer.encode(goldMessage(example, from, feedback ? round - 1 : round));
  });
}

function embeddingsOf(agent: Agent, ids: readonly number[]): tf.Tensor2D {
  return tf.reshape(embed(agent.model, [ids]), [ids.length, agent.hiddenSize]) as tf.Tensor2D;
}
