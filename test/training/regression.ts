import { random } from "../../kernel-lib/engine/random";
import { tf } from "../../kernel-lib/engine/tf";
import type { LoopSettings, Objective } from "../../kernel-lib/training/loop";
import type { NamedTensors } from "../../kernel-lib/training/optimizer";

interface Batch {
  x: tf.Tensor2D;
  y: tf.Tensor2D;
}

/** Least squares, y = x W + b with W = [[1, −2], [0.5, 3]] and b = [0.25, −1]; each step has a batch of its own. */
export const regression: Objective<Batch> = {
  prepare(step) {
    const stream = random("regression", step);
    const rows = Array.from({ length: 8 }, () => [stream.normal(), stream.normal()]);
    const targets = rows.map(([u, v]) => [u! + 0.5 * v! + 0.25, -2 * u! + 3 * v! - 1]);
    return { x: tf.tensor2d(rows), y: tf.tensor2d(targets) };
  },
  loss: ({ weight, bias }, { x, y }) => {
    const error = tf.sub(tf.add(tf.matMul(x, weight as tf.Tensor2D), bias!), y);
    return tf.mean(tf.square(error)) as tf.Scalar;
  },
  release: ({ x, y }) => tf.dispose([x, y]),
};

export const startOfRegression = (): NamedTensors => ({ weight: tf.zeros([2, 2]), bias: tf.zeros([2]) });

export const REGRESSION_SETTINGS: LoopSettings = {
  steps: 40,
  learningRate: 0.2,
  weightDecay: 0.01,
  warmup: 4,
};

/** Parameters as plain numbers. */
export async function numbersOf(parameters: NamedTensors): Promise<Record<string, number[]>> {
  const entries = Object.entries(parameters).map(async ([name, tensor]) => [
    name,
    Array.from(await tensor.data()),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}
