import { shown } from "../engine/check";
import { embeddingLookup } from "../engine/embedding";
import { linear, matmul } from "../engine/matmul";
import { rotaryAngles } from "../engine/rotary";
import { tf } from "../engine/tf";
import type { Sight } from "./attention";
import { type Cache, cacheLength, type LayerCache } from "./cache";
import { type LayerType, layerType, type ModelConfig } from "./config";
import { type Pass, runLayer } from "./layer";
import { familyNorm, layerWeights } from "./layerWeights";
import { attentionMask, positionsOf } from "./mask";
import type { Weights } from "./parameters";
import { ropeFrequencies } from "./rope";

/** A decoder-only transformer: its shape and its tensors. */
export interface Model {
  config: ModelConfig;
  weights: Weights;
}

/** What a forward pass gives back. */
export interface Forward {
  /** After the final norm, `[batch, time, d]`: the latents of the paper, and what the output embedding reads. */
  hidden: tf.Tensor3D;
  /** The cache continued by these positions. */
  cache: Cache;
}

/**
 * Token embeddings.
 *
 * @param ids `[batch][time]`, rows of equal length
 * @returns `[batch, time, d]`
 * @throws RangeError for an id outside of the vocabulary
 */
export function embed({ config, weights }: Model, ids: readonly (readonly number[])[]): tf.Tensor3D {
  const table = weights["model.embed_tokens.weight"] as tf.Tensor2D;
  const numbers = ids.flat();
  const stranger = numbers.find((id) => !(Number.isInteger(id) && id >= 0 && id < table.shape[0]));
  if (stranger !== undefined) {
    throw new RangeError(
      `${shown(stranger)} is no token of this model, whose ids are 0 to ${table.shape[0] - 1}. ` +
        "Try the ids that the tokenizer of its agent gives.",
    );
  }
  const rows = embeddingLookup(table, tf.tensor1d(numbers, "int32"));
  const { embeddingScale: scale } = config;
  return tf.reshape(scale === undefined ? rows : tf.mul(rows, scale), [
    ids.length,
    ids[0]!.length,
    config.hiddenSize,
  ]);
}

/**
 * The output embedding: scores of the next token.
 *
 * @param hidden post-norm hidden states `[..., d]`
 * @returns `[..., vocab]`
 */
export function logits<T extends tf.Tensor>({ config, weights }: Model, hidden: T): T {
  if (!config.tieWordEmbeddings) return linear(hidden, weights["lm_head.weight"] as tf.Tensor2D);
  const flat = tf.reshape(hidden, [-1, config.hiddenSize]);
  const scores = matmul<tf.Tensor>(flat, weights["model.embed_tokens.weight"]!, { transposeB: true });
  return tf.reshape(scores, [...hidden.shape.slice(0, -1), config.vocabSize]) as T;
}

/**
 * Reads further positions, given as embeddings (of tokens or of latent thoughts), after those in the cache.
 *
 * Differentiable in the embeddings, the weights and the cache. Not tidied: the caller owns what comes back, and wraps
 * the call in `tf.tidy` where no gradient is wanted.
 *
 * @param embeddings `[batch, time, d]`
 * @param options.mask per question, 1 for a real position and 0 for padding, `[batch][time]`; default: all real
 * @param options.cache what was read before
 * @throws if the positions exceed `maxPositions`
 * @example const { hidden, cache } = forward(model, embed(model, [[5, 7, 9]]))
 */
export function forward(
  model: Model,
  embeddings: tf.Tensor3D,
  { mask, cache }: { mask?: readonly Uint8Array[]; cache?: Cache } = {},
): Forward {
  const [batch, time] = embeddings.shape;
  const { config } = model;
  const past = cacheLength(cache);
  if (past + time > config.maxPositions) {
    throw new RangeError(
      `the sequence is ${past + time} positions long, but this ${config.family} model reads at most ` +
        `${config.maxPositions}. Try a shorter prompt, or smaller latentSteps, maxMessageTokens or maxNewTokens.`,
    );
  }
  const fresh = mask ?? Array.from({ length: batch }, () => new Uint8Array(time).fill(1));
  const whole = cache ? fresh.map((row, b) => join(cache.mask[b]!, row)) : fresh;
  const pass: Pass = { sightOf: sights(config, positionsOf(fresh, cache), whole, time), fresh };

  let x = embeddings;
  const layers: LayerCache[] = [];
  for (let i = 0; i < config.layers; i++) {
    const weights = layerWeights(config, model.weights, i);
    const type = layerType(config, i);
    // shared by layers, so made outside of the first one's scope
    if (type !== "delta") pass.sightOf(type);
    // a layer's own tensors go at once, or long prompts would fill the memory; a gradient keeps what it needs
    const ran = tf.tidy(() => ({ ...runLayer(weights, type, x, pass, cache?.layers[i]) }));
    x = ran.output;
    layers.push(ran.cache);
  }
  const hidden = familyNorm(x, model.weights["model.norm.weight"] as tf.Tensor1D, config);
  return { hidden, cache: { layers, mask: whole } };
}

/** What layers of one type see, made when the first of them asks. */
function sights(
  config: ModelConfig,
  positions: readonly number[][],
  mask: readonly Uint8Array[],
  time: number,
): Pass["sightOf"] {
  const made = new Map<LayerType, Sight>();
  return (type) => {
    const sight = made.get(type) ?? {
      angles: rotaryAngles(positions, ropeFrequencies(config, type)),
      mask: attentionMask(mask, time, type === "sliding" ? config.slidingWindow : undefined),
    };
    made.set(type, sight);
    return sight;
  };
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
