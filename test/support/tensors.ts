import { expect } from "vitest";
import { random } from "../../kernel-lib/engine/random";
import { tf } from "../../kernel-lib/engine/tf";

/** Compares a tensor's elements, in row-major order, with literal ones. */
export async function expectClose(
  actual: tf.Tensor,
  expected: ArrayLike<number>,
  tolerance = 1e-6,
): Promise<void> {
  const data = await actual.data();
  expect(data.length).toBe(expected.length);
  for (let i = 0; i < data.length; i++) {
    const slack = tolerance * Math.max(1, Math.abs(expected[i]!));
    expect(
      Math.abs(data[i]! - expected[i]!),
      `element ${i} is ${data[i]}, not ${expected[i]}`,
    ).toBeLessThanOrEqual(slack);
  }
}

/** A tensor of standard normal numbers, the same for the same name. */
export function noise<T extends tf.Tensor>(name: string, shape: readonly number[]): T {
  const stream = random("noise", name);
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => stream.normal()),
    [...shape],
  ) as T;
}

/** How many tensors more there are after `work` than before; what it returns counts. */
export async function tensorsLeftBy(work: () => unknown): Promise<number> {
  const before = tf.memory().numTensors;
  await work();
  return tf.memory().numTensors - before;
}
