import { attention } from "../engine/attention";
import { linear } from "../engine/matmul";
import { applyRotary, type RotaryAngles } from "../engine/rotary";
import { tf } from "../engine/tf";
import type { AttentionCache } from "./cache";
import type { LayerWeights } from "./layerWeights";

/** What all layers of one type share in one pass. */
export interface Sight {
  angles: RotaryAngles;
  /** `[batch or 1, 1, time, past + time]`, or null where everything is seen. */
  mask: tf.Tensor4D | null;
}

/**
 * Grouped-query attention over what is cached and what is new.
 *
 * @param x the normed input, `[batch, time, d]`
 * @returns output `[batch, time, d]`, and the cache with the new keys and values
 */
export function attend(
  { config, weight, norm }: LayerWeights,
  x: tf.Tensor3D,
  { angles, mask }: Sight,
  past: AttentionCache | undefined,
): { output: tf.Tensor3D; cache: AttentionCache } {
  const { heads, kvHeads, headDim, qkNorm, attentionGate, queryScale } = config;
  const project = (input: tf.Tensor3D, name: string): tf.Tensor3D =>
    linear(
      input,
      weight<tf.Tensor2D>(`self_attn.${name}.weight`)!,
      weight<tf.Tensor1D>(`self_attn.${name}.bias`),
    );

  const projected = project(x, "q_proj");
  const { query: raw, gate } = attentionGate
    ? halves(projected, heads, headDim)
    : { query: projected, gate: null };
  const query = splitHeads(raw, heads, headDim);
  const key = splitHeads(project(x, "k_proj"), kvHeads, headDim);
  const value = splitHeads(project(x, "v_proj"), kvHeads, headDim);
  const turnedQuery = applyRotary(qkNorm ? norm(query, "self_attn.q_norm") : query, angles);
  const turnedKey = applyRotary(qkNorm ? norm(key, "self_attn.k_norm") : key, angles);

  const keys = past ? tf.concat([past.keys, turnedKey], 2) : turnedKey;
  const values = past ? tf.concat([past.values, value], 2) : value;
  const mixed = joinHeads(attention(turnedQuery, keys, values, mask, queryScale));
  const passed = gate ? (tf.mul(mixed, tf.sigmoid(gate)) as tf.Tensor3D) : mixed;
  return { output: project(passed, "o_proj"), cache: { keys, values } };
}

/** Each head's q and gate stand side by side: `[batch, time, heads · 2 · headDim]` → two of `[batch, time, heads · headDim]`. */
function halves(x: tf.Tensor3D, heads: number, headDim: number): { query: tf.Tensor3D; gate: tf.Tensor3D } {
  const [batch, time] = x.shape;
  const paired = tf.reshape(x, [batch * time, heads, 2 * headDim]);
  const [query, gate] = tf
    .split(paired, 2, 2)
    .map((half) => tf.reshape(half, [batch, time, heads * headDim]) as tf.Tensor3D);
  return { query: query!, gate: gate! };
}

/** `[batch, time, heads · headDim]` → `[batch, heads, time, headDim]` */
export function splitHeads(x: tf.Tensor3D, heads: number, headDim: number): tf.Tensor4D {
  const [batch, time] = x.shape;
  // one position needs no transpose, and single steps are what a rollout is made of
  if (time === 1) return tf.reshape(x, [batch, heads, 1, headDim]);
  return tf.transpose(tf.reshape(x, [batch, time, heads, headDim]), [0, 2, 1, 3]);
}

/** `[batch, heads, time, headDim]` → `[batch, time, heads · headDim]` */
export function joinHeads(x: tf.Tensor4D): tf.Tensor3D {
  const [batch, heads, time, headDim] = x.shape;
  const ordered = time === 1 ? x : tf.transpose(x, [0, 2, 1, 3]);
  return tf.reshape(ordered, [batch, time, heads * headDim]);
}
