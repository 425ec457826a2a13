import { gelu } from "../engine/activation";
import { linear } from "../engine/matmul";
import { layerNorm } from "../engine/normalization";
import type { Random } from "../engine/random";
import type { tf } from "../engine/tf";
import { freshNorm, type LinkWeights, randomLinear } from "./parameters";

/**
 * A new inner link of width d, as released: 2d² + 6d numbers.
 *
 * @param options.scale root mean square of the token embeddings that the link's output stands in for; the paper's
 *   cosine loss does not see it, so the last norm starts there
 */
export function createInnerLink(
  d: number,
  random: Random,
  { scale = 1 }: { scale?: number } = {},
): LinkWeights {
  return {
    ...freshNorm("pre_ln", d),
    ...randomLinear("proj1", d, d, random),
    ...randomLinear("proj2", d, d, random),
    ...freshNorm("post_ln", d, scale),
  };
}

/**
 * R_in: turns a hidden state into the next input embedding of the same agent (paper eq. 3, with the norms and biases
 * of the released links): LN(x + W₂ GELU(W₁ LN(x))).
 *
 * @param hidden `[..., d]`, after the model's final norm
 * @returns `[..., d]`
 */
export function applyInnerLink<T extends tf.Tensor>(link: LinkWeights, hidden: T): T {
  const at = (name: string): tf.Tensor1D => link[name] as tf.Tensor1D;
  const weight = (name: string): tf.Tensor2D => link[name] as tf.Tensor2D;
  const normed = layerNorm(hidden, at("pre_ln.weight"), at("pre_ln.bias"));
  const opened = gelu(linear(normed, weight("proj1.weight"), at("proj1.bias")));
  const change = linear(opened, weight("proj2.weight"), at("proj2.bias"));
  return layerNorm(hidden.add(change) as T, at("post_ln.weight"), at("post_ln.bias"));
}
