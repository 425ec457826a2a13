import { gelu } from "../engine/activation";
import { linear } from "../engine/matmul";
import { layerNorm } from "../engine/normalization";
import type { Random } from "../engine/random";
import type { tf } from "../engine/tf";
import { freshNorm, type LinkWeights, randomLinear } from "./parameters";

/**
 * A new outer link from an agent of width `from` to one of width `to`, as released.
 *
 * @param options.scale root mean square of the receiver's token embeddings, where the last norm starts
 */
export function createOuterLink(
  from: number,
  to: number,
  random: Random,
  { scale = 1 }: { scale?: number } = {},
): LinkWeights {
  return {
    ...freshNorm("ln_source", from),
    ...randomLinear("proj1", from, 2 * to, random),
    ...randomLinear("proj2", 2 * to, to, random),
    ...randomLinear("residual_proj", from, to, random),
    ...freshNorm("ln_target", to, scale),
  };
}

/**
 * R_out: turns one agent's latent thoughts into input embeddings of another (paper eq. 4, with the norms, biases and
 * inner width of the released links): LN(W₃ x + W₂ GELU(W₁ LN(x))).
 *
 * @param thoughts `[..., from]`
 * @returns `[..., to]`
 */
export function applyOuterLink<T extends tf.Tensor>(link: LinkWeights, thoughts: T): T {
  const at = (name: string): tf.Tensor1D => link[name] as tf.Tensor1D;
  const weight = (name: string): tf.Tensor2D => link[name] as tf.Tensor2D;
  const normed = layerNorm(thoughts, at("ln_source.weight"), at("ln_source.bias"));
  const opened = gelu(linear(normed, weight("proj1.weight"), at("proj1.bias")));
  const change = linear(opened, weight("proj2.weight"), at("proj2.bias"));
  const kept = linear(thoughts, weight("residual_proj.weight"), at("residual_proj.bias"));
  return layerNorm(kept.add(change) as T, at("ln_target.weight"), at("ln_target.bias"));
}
