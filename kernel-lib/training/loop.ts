import { checkCount, checkPositive } from "../engine/check";
import { AbortedError, breathe, type LoopControl, signalOf } from "../engine/control";
import { release } from "../engine/memory";
import { withProgress } from "../engine/progress";
import { tf } from "../engine/tf";
import { loadCheckpoint, saveCheckpoint, type TrainingState } from "./checkpoint";
import { adamW, cosineSchedule, initialState, type NamedTensors, type OptimizerOptions } from "./optimizer";

/** What is minimised: a batch is prepared outside of any gradient, the loss is computed inside. */
export interface Objective<B> {
  prepare(step: number): B;
  loss(parameters: NamedTensors, batch: B): tf.Scalar;
  release(batch: B): void;
}

/** How long and how fast. */
export interface LoopSettings extends Omit<OptimizerOptions, "learningRate"> {
  /** Peak of the cosine schedule. */
  learningRate: number;
  steps: number;
  /** Linear warm-up, in steps. Default 10, as released. */
  warmup?: number;
}

/** Where a run is saved, so that it survives a kill. */
export interface CheckpointOptions {
  /** A folder of its own; a run found there with the same settings is continued, whatever it would start from now. */
  checkpoint?: string;
  /** Steps between two saves. Default 50. */
  checkpointEvery?: number;
}

/** What a finished loop gives back. */
export interface LoopResult {
  parameters: NamedTensors;
  /** One number per step. */
  losses: number[];
  /** Spent on all steps, those before a resume included. */
  seconds: number;
}

/**
 * Gradient descent with AdamW. Yields after every step, stops on the signal, saves and resumes bit for bit.
 *
 * @param start the parameters to begin with; they are left alone
 * @param settings what identifies the run in a checkpoint, beside the loop's own settings
 * @throws AbortedError with the state so far as `partial`
 */
export async function descend<B>(
  label: string,
  objective: Objective<B>,
  start: NamedTensors,
  settings: LoopSettings,
  identity: Readonly<Record<string, unknown>>,
  { checkpoint, checkpointEvery = 50, ...control }: CheckpointOptions & LoopControl = {},
): Promise<LoopResult> {
  const { steps, warmup = 10, learningRate, ...optimizer } = settings;
  checkPositive("learningRate", learningRate, "learningRate: 1e-4");
  checkCount("checkpointEvery", checkpointEvery);
  const signal = signalOf(control);
  const named = { ...identity, ...settings, warmup };
  let state: TrainingState = (checkpoint && (await loadCheckpoint(checkpoint, named))) || freshState(start);
  const began = performance.now() - 1000 * state.seconds;
  const save = async (): Promise<void> => {
    if (checkpoint) await saveCheckpoint(checkpoint, named, state);
  };
  try {
    await withProgress(control, { label, total: steps, from: state.optimizer.step }, async (report) => {
      for (let step = state.optimizer.step; step < steps; step++) {
        const rate = cosineSchedule(learningRate, step, steps, warmup);
        const { next, loss } = await takeStep(objective, state, { ...optimizer, learningRate: rate });
        free(state);
        state = { ...next, seconds: (performance.now() - began) / 1000 };
        report(step + 1, { loss });
        if ((step + 1) % checkpointEvery === 0 || step + 1 === steps) await save();
        await breathe(signal);
      }
    });
  } catch (error) {
    if (!(error instanceof AbortedError)) {
      free(state);
      throw error;
    }
    await save();
    release([state.optimizer.m, state.optimizer.v]);
    const done = state.optimizer.step;
    throw new AbortedError(
      `${label} stopped after step ${done} of ${steps}; what was learned is kept${checkpoint ? ", and the same call goes on from there" : ""}`,
      resultOf(state),
    );
  }
  release([state.optimizer.m, state.optimizer.v]);
  return resultOf(state);
}

async function takeStep<B>(
  objective: Objective<B>,
  { parameters, optimizer, losses }: TrainingState,
  options: OptimizerOptions,
): Promise<{ next: Omit<TrainingState, "seconds">; loss: number }> {
  // a resumed run has its parameters in the order of the file, and sums over them must not differ by it
  const names = Object.keys(parameters).sort();
  const tensors = names.map((name) => parameters[name]!);
  const byName = (list: readonly tf.Tensor[]): NamedTensors =>
    Object.fromEntries(names.map((name, i) => [name, list[i]!]));
  const batch = objective.prepare(optimizer.step);
  try {
    const evaluate = tf.valueAndGrads((...given: tf.Tensor[]) => objective.loss(byName(given), batch));
    const { value, grads } = evaluate(tensors);
    const updated = tf.tidy(() => {
      const result = adamW(parameters, byName(grads), optimizer, options);
      return { parameters: result.parameters, m: result.state.m, v: result.state.v } as tf.TensorContainer;
    }) as unknown as { parameters: NamedTensors; m: NamedTensors; v: NamedTensors };
    const [loss] = await value.data();
    tf.dispose([value, ...grads]);
    const next = {
      parameters: updated.parameters,
      optimizer: { step: optimizer.step + 1, m: updated.m, v: updated.v },
      losses: [...losses, loss!],
    };
    if (!Number.isFinite(loss)) {
      free(next);
      throw new Error(
        `the loss of step ${optimizer.step + 1} is ${loss}: training diverged. ` +
          "Try a smaller learningRate, or a smaller clip.",
      );
    }
    return { next, loss: loss! };
  } finally {
    objective.release(batch);
  }
}

function freshState(start: NamedTensors): TrainingState {
  const parameters = Object.fromEntries(
    Object.entries(start).map(([name, tensor]) => [name, tensor.clone()]),
  );
  return { parameters, optimizer: initialState(parameters), losses: [], seconds: 0 };
}

function free({ parameters, optimizer }: Omit<TrainingState, "seconds">): void {
  release([parameters, optimizer.m, optimizer.v]);
}

const resultOf = ({ parameters, losses, seconds }: TrainingState): LoopResult => ({
  parameters,
  losses,
  seconds,
});
