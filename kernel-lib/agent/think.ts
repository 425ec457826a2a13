import { tf } from "../engine/tf";
import { applyInnerLink } from "../link/innerLink";
import type { LinkWeights } from "../link/parameters";
import { releaseCache } from "../model/cache";
import { type Forward, forward, type Model } from "../model/transformer";
import { lastHidden } from "./read";

/**
 * Latent thinking: the last hidden state goes through the inner link and back in as the next input embedding.
 *
 * The first thought is the state at the last position read, so m thoughts take m − 1 further steps, each of one
 * position over the cache. Differentiable in what was read and in the link.
 *
 * @param start what the agent has just read
 * @param latentSteps m, at least 1
 * @returns the m raw states h₁…h_m, `[batch, m, d]`, before any link
 * @example think(model, links.inner.planner, read(model, [{ ids: [[5, 7, 9]] }]), { latentSteps: 8 }).shape // [1, 8, d]
 */
export function think(
  model: Model,
  inner: LinkWeights,
  start: Forward,
  { latentSteps }: { latentSteps: number },
): tf.Tensor3D {
  let { cache } = start;
  const states = [lastHidden(start.hidden)];
  for (let step = 1; step < latentSteps; step++) {
    const next = forward(model, applyInnerLink(inner, states.at(-1)!), { cache });
    // what it continued is in it; a gradient keeps what it needs
    if (cache !== start.cache) releaseCache(cache);
    cache = next.cache;
    states.push(next.hidden);
  }
  return states.length === 1 ? states[0]! : tf.concat(states, 1);
}
