import type { Random } from "../engine/random";
import { tf } from "../engine/tf";

/** The tensors of one link by the names of the released files; linear layers as `[in, out]` in memory. */
export type LinkWeights = Readonly<Record<string, tf.Tensor>>;

/** A linear layer with PyTorch's default initialisation, uniform in ±1/√in. */
export function randomLinear(name: string, input: number, output: number, random: Random): LinkWeights {
  const bound = input ** -0.5;
  const uniform = (size: number): Float32Array =>
    Float32Array.from({ length: size }, () => bound * (2 * random.uniform() - 1));
  return {
    [`${name}.weight`]: tf.tensor2d(uniform(input * output), [input, output]),
    [`${name}.bias`]: tf.tensor1d(uniform(output)),
  };
}

/** A layer norm with gain `scale` and no shift. */
export function freshNorm(name: string, width: number, scale = 1): LinkWeights {
  return { [`${name}.weight`]: tf.fill([width], scale), [`${name}.bias`]: tf.zeros([width]) };
}
