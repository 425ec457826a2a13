import { silu } from "../engine/activation";
import { attention, MASKED } from "../engine/attention";
import { embeddingLookup } from "../engine/embedding";
import { linear, matmul } from "../engine/matmul";
import { rmsNorm } from "../engine/normalization";
import { applyRotary, type RotaryAngles, rotaryAngles } from "../engine/rotary";
import { tf } from "../engine/tf";
import { type Cache, cacheLength, type LayerCache, nextPositions } from "./cache";
import type { ModelConfig } from "./config";
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
 */
export function embed({ config, weights }: Model, ids: readonly (readonly number[])[]): tf.Tensor3D {
  const flat = tf.tensor1d(ids.flat(), "int32");
  const rows = embeddingLookup(weights["model.embed_tokens.weight"] as tf.Tensor2D, flat);
  return tf.reshape(rows, [ids.length, ids[0]!.length, config.hiddenSize]);
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
  const angles = rotaryAngles(positionsOf(fresh, cache), ropeFrequencies(config));
  const seen = attentionMask(whole, time);

  let x = embeddings;
  const layers: LayerCache[] = [];
  for (let i = 0; i < config.layers; i++) {
    const layer = runLayer(model, i, x, angles, seen, cache?.layers[i]);
    x = layer.output;
    layers.push(layer.cache);
  }
  const hidden = rmsNorm(x, model.weights["model.norm.weight"] as tf.Tensor1D, config.normEps);
  return { hidden, cache: { layers, mask: whole } };
}

function runLayer(
  { config, weights }: Model,
  index: number,
  x: tf.Tensor3D,
  angles: RotaryAngles,
  seen: tf.Tensor4D | null,
  past: LayerCache | undefined,
): { output: tf.Tensor3D; cache: LayerCache } {
  const at = (name: string): tf.Tensor | undefined => weights[`model.layers.${index}.${name}`];
  const vector = (name: string): tf.Tensor1D => at(name) as tf.Tensor1D;
  const project = (input: tf.Tensor3D, name: string): tf.Tensor3D =>
    linear(input, at(`${name}.weight`) as tf.Tensor2D, at(`${name}.bias`) as tf.Tensor1D | undefined);
  const { heads, kvHeads, headDim, normEps } = config;

  const normed = rmsNorm(x, vector("input_layernorm.weight"), normEps);
  const query = splitHeads(project(normed, "self_attn.q_proj"), heads, headDim);
  const key = splitHeads(project(normed, "self_attn.k_proj"), kvHeads, headDim);
  const value = splitHeads(project(normed, "self_attn.v_proj"), kvHeads, headDim);
  const scaledQuery = config.qkNorm ? rmsNorm(query, vector("self_attn.q_norm.weight"), normEps) : query;
  const scaledKey = config.qkNorm ? rmsNorm(key, vector("self_attn.k_norm.weight"), normEps) : key;

  const turned = applyRotary(scaledKey, angles);
  const keys = past ? tf.concat([past.keys, turned], 2) : turned;
  const values = past ? tf.concat([past.values, value], 2) : value;
  const mixed = joinHeads(attention(applyRotary(scaledQuery, angles), keys, values, seen));
  const attended = tf.add(x, project(mixed, "self_attn.o_proj")) as tf.Tensor3D;

  const ready = rmsNorm(attended, vector("post_attention_layernorm.weight"), normEps);
  const gated = tf.mul(silu(project(ready, "mlp.gate_proj")), project(ready, "mlp.up_proj")) as tf.Tensor3D;
  const output = tf.add(attended, project(gated, "mlp.down_proj")) as tf.Tensor3D;
  return { output, cache: { keys, values } };
}

/** `[batch, time, heads · headDim]` → `[batch, heads, time, headDim]` */
function splitHeads(x: tf.Tensor3D, heads: number, headDim: number): tf.Tensor4D {
  const [batch, time] = x.shape;
  // one position needs no transpose, and single steps are what a rollout is made of
  if (time === 1) return tf.reshape(x, [batch, heads, 1, headDim]);
  return tf.transpose(tf.reshape(x, [batch, time, heads, headDim]), [0, 2, 1, 3]);
}

/** `[batch, heads, time, headDim]` → `[batch, time, heads · headDim]` */
function joinHeads(x: tf.Tensor4D): tf.Tensor3D {
  const [batch, heads, time, headDim] = x.shape;
  const ordered = time === 1 ? x : tf.transpose(x, [0, 2, 1, 3]);
  return tf.reshape(ordered, [batch, time, heads * headDim]);
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}

/** Positions count real tokens only, so padding on the left shifts nothing; one row if all rows agree. */
function positionsOf(fresh: readonly Uint8Array[], cache: Cache | undefined): number[][] {
  const starts = cache ? nextPositions(cache) : fresh.map(() => 0);
  const rows = fresh.map((row, b) => {
    let next = starts[b]!;
    return Array.from(row, (real) => (real ? next++ : Math.max(0, next - 1)));
  });
  const [first] = rows;
  return rows.every((row) => row.every((position, t) => position === first![t])) ? [first!] : rows;
}

/** The additive mask of the newest `time` positions over all: no future, no padding; null if nothing is hidden. */
function attentionMask(mask: readonly Uint8Array[], time: number): tf.Tensor4D | null {
  const span = mask[0]!.length;
  const padded = mask.some((row) => row.includes(0));
  if (time === 1 && !padded) return null;
  const rows = padded ? mask : mask.slice(0, 1);
  const values = new Float32Array(rows.length * time * span);
  rows.forEach((row, b) => {
    for (let q = 0; q < time; q++) {
      const from = (b * time + q) * span;
      for (let k = 0; k < span; k++) if (!row[k] || k > span - time + q) values[from + k] = MASKED;
    }
  });
  return tf.tensor4d(values, [rows.length, 1, time, span]);
}
