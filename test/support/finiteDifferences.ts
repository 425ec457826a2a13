import { expect } from "vitest";
import { random } from "../../kernel-lib/engine/random";
import { tf } from "../../kernel-lib/engine/tf";

/** A function of tensors whose result is a tensor of any shape. */
type Differentiable = (...inputs: tf.Tensor[]) => tf.Tensor;

// In float32 a smaller step drowns in rounding (1e-7 / step), a larger one in curvature (step²).
const STEP = 1e-2;

/**
 * Checks the gradients of `f` at `inputs` against central differences, input by input, element by element.
 *
 * What is differentiated is the sum of the result's elements, each with a weight of its own, so that no two errors
 * can cancel. The differences are summed in double precision.
 */
export async function expectGradients(
  f: Differentiable,
  inputs: readonly tf.Tensor[],
  { tolerance = 2e-3 }: { tolerance?: number } = {},
): Promise<void> {
  const output = tf.tidy(() => f(...inputs));
  const stream = random("finite differences");
  const weights = Float32Array.from({ length: output.size }, () => 2 * stream.uniform() - 1);
  const projection = tf.tensor(weights, output.shape);
  output.dispose();

  const analytic = tf.tidy(() =>
    tf.grads((...given: tf.Tensor[]) => tf.sum(tf.mul(f(...given), projection)))([...inputs]),
  );
  const projected = async (at: readonly tf.Tensor[]): Promise<number> => {
    const value = tf.tidy(() => f(...at));
    const data = Array.from(await value.data());
    value.dispose();
    return data.reduce((sum, element, i) => sum + element * weights[i]!, 0);
  };

  for (const [which, input] of inputs.entries()) {
    const center = (await input.data()) as Float32Array;
    const found = await analytic[which]!.data();
    for (let i = 0; i < center.length; i++) {
      const shifted = async (by: number): Promise<number> => {
        const moved = tf.tensor(
          center.map((value, j) => (j === i ? value + by : value)),
          input.shape,
        );
        const result = await projected(inputs.map((other, j) => (j === which ? moved : other)));
        moved.dispose();
        return result;
      };
      const difference = ((await shifted(STEP)) - (await shifted(-STEP))) / (2 * STEP);
      const slack = tolerance * Math.max(1, Math.abs(difference));
      expect(Math.abs(found[i]! - difference), `gradient ${i} of input ${which}`).toBeLessThan(slack);
    }
  }
  tf.dispose([projection, ...analytic]);
}
