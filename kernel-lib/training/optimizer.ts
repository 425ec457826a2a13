import { tf } from "../engine/tf";

/** Tensors by name: what is trained, and the gradients of it. */
export type NamedTensors = Readonly<Record<string, tf.Tensor>>;

/** Where AdamW stands: running means of gradients (m) and of their squares (v), and the steps done. */
export interface OptimizerState {
  step: number;
  m: NamedTensors;
  v: NamedTensors;
}

export interface OptimizerOptions {
  learningRate: number;
  /** β₁ and β₂; the released training code uses 0.9 and 0.95. */
  betas?: readonly [number, number];
  epsilon?: number;
  /** Decoupled decay, of matrices only: norms and biases are left alone. */
  weightDecay?: number;
  /** The global norm to which gradients are cut; Infinity cuts nothing. */
  clip?: number;
}

export function initialState(parameters: NamedTensors): OptimizerState {
  const zeros = (): NamedTensors => mapValues(parameters, (tensor) => tf.zerosLike(tensor));
  return { step: 0, m: zeros(), v: zeros() };
}

/**
 * One step of AdamW (Loshchilov & Hutter 2019) with gradient clipping by global norm.
 *
 * Pure: nothing is changed in place. Call it in `tf.tidy` and free the old parameters and state.
 */
export function adamW(
  parameters: NamedTensors,
  gradients: NamedTensors,
  state: OptimizerState,
  { learningRate, betas = [0.9, 0.95], epsilon = 1e-8, weightDecay = 0, clip = 1 }: OptimizerOptions,
): { parameters: NamedTensors; state: OptimizerState } {
  const [beta1, beta2] = betas;
  const step = state.step + 1;
  const clipped = Number.isFinite(clip) ? clipByGlobalNorm(gradients, clip) : gradients;
  const m = mapValues(state.m, (old, name) => lerp(old, clipped[name]!, 1 - beta1));
  const v = mapValues(state.v, (old, name) => lerp(old, tf.square(clipped[name]!), 1 - beta2));
  const next = mapValues(parameters, (value, name) => {
    const mean = tf.div(m[name]!, 1 - beta1 ** step);
    const spread = tf.sqrt(tf.div(v[name]!, 1 - beta2 ** step));
    const update = tf.mul(tf.div(mean, tf.add(spread, epsilon)), learningRate);
    const kept = weightDecay && value.rank > 1 ? tf.mul(value, 1 - learningRate * weightDecay) : value;
    return tf.sub(kept, update);
  });
  return { parameters: next, state: { step, m, v } };
}

/** Scales gradients so that their joint Euclidean norm is at most `limit`. */
export function clipByGlobalNorm(gradients: NamedTensors, limit: number): NamedTensors {
  const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)));
  const norm = tf.sqrt(tf.addN(squares));
  const scale = tf.minimum(1, tf.div(limit, tf.add(norm, 1e-12)));
  return mapValues(gradients, (gradient) => tf.mul(gradient, scale));
}

/** Cosine decay to zero after a linear warm-up, as in the released recipe; `step` counts from 0. */
export function cosineSchedule(peak: number, step: number, total: number, warmup = 10): number {
  if (step < warmup) return (peak * (step + 1)) / warmup;
  const progress = (step - warmup) / Math.max(1, total - warmup);
  return (peak / 2) * (1 + Math.cos(Math.PI * progress));
}

const lerp = (from: tf.Tensor, to: tf.Tensor, by: number): tf.Tensor =>
  tf.add(tf.mul(from, 1 - by), tf.mul(to, by));

function mapValues(
  record: NamedTensors,
  change: (tensor: tf.Tensor, name: string) => tf.Tensor,
): NamedTensors {
  return Object.fromEntries(Object.entries(record).map(([name, tensor]) => [name, change(tensor, name)]));
}
