import { silu } from "../engine/activation";
import { deltaRule } from "../engine/deltaRule";
import { embeddingLookup } from "../engine/embedding";
import { linear } from "../engine/matmul";
import { rmsNorm } from "../engine/normalization";
import { tf } from "../engine/tf";
import { joinHeads, splitHeads } from "./attention";
import type { DeltaCache } from "./cache";
import type { LayerWeights } from "./layerWeights";

/** Added to the squared length that keys and queries are divided by. */
const LENGTH_EPS = 1e-6;

/**
 * The gated delta-net of Qwen3.5: each head keeps a matrix that maps keys to values, forgets a share of it at every
 * token, and corrects what it recalls for the new key towards the new value.
 *
 * Padding changes neither the memory nor the window of the convolution, wherever it stands.
 *
 * @param x the normed input, `[batch, time, d]`
 * @param fresh per question, 1 for a real position and 0 for padding, `[batch][time]`
 * @returns output `[batch, time, d]`, and the memory after the last position
 */
export function recall(
  { config, weight }: LayerWeights,
  x: tf.Tensor3D,
  fresh: readonly Uint8Array[],
  past: DeltaCache | undefined,
): { output: tf.Tensor3D; cache: DeltaCache } {
  const { keyHeads, valueHeads, keyDim, valueDim, kernel } = config.delta!;
  const at = <T extends tf.Tensor>(name: string): T => weight<T>(`linear_attn.${name}`)!;
  const project = (name: string): tf.Tensor3D => linear(x, at<tf.Tensor2D>(`${name}.weight`));
  const [batch, time] = x.shape;

  const { mixed, window } = convolve(
    project("in_proj_qkv"),
    at<tf.Tensor3D>("conv1d.weight"),
    fresh,
    past?.window ?? tf.zeros([batch, kernel - 1, 2 * keyHeads * keyDim + valueHeads * valueDim]),
  );
  const keyWidth = keyHeads * keyDim;
  const [q, k, v] = tf.split(silu(mixed), [keyWidth, keyWidth, valueHeads * valueDim], 2) as tf.Tensor3D[];
  const query = spread(unit(splitHeads(q!, keyHeads, keyDim)), valueHeads);
  const key = spread(unit(splitHeads(k!, keyHeads, keyDim)), valueHeads);
  const value = splitHeads(v!, valueHeads, valueDim);

  const real = fresh.some((row) => row.includes(0)) ? realOf(fresh) : null;
  const perHead = (y: tf.Tensor): tf.Tensor4D =>
    splitHeads((real ? tf.mul(y, real) : y) as tf.Tensor3D, valueHeads, 1);
  // β, how much of the correction is made, and g ≤ 0, the logarithm of what is kept; both 0 at padding
  const beta = perHead(tf.sigmoid(project("in_proj_b")));
  const decay = perHead(
    tf.mul(
      tf.neg(tf.exp(at<tf.Tensor1D>("A_log"))),
      tf.softplus(tf.add(project("in_proj_a"), at<tf.Tensor1D>("dt_bias"))),
    ),
  );
  const { output: recalled, state } = deltaRule({
    query: tf.mul(query, keyDim ** -0.5),
    key,
    value,
    decay,
    beta,
    state: past?.state ?? tf.zeros([batch, valueHeads, keyDim, valueDim]),
  });

  const gate = tf.reshape(project("in_proj_z"), [batch, time, valueHeads, valueDim]);
  const heads = tf.reshape(joinHeads(recalled), [batch, time, valueHeads, valueDim]);
  // this norm multiplies by its plain weight, unlike all others of the family
  const normed = rmsNorm(heads, at<tf.Tensor1D>("norm.weight"), config.normEps);
  const gated = tf.reshape(tf.mul(normed, silu(gate)), [batch, time, valueHeads * valueDim]) as tf.Tensor3D;
  return { output: linear(gated, at<tf.Tensor2D>("out_proj.weight")), cache: { window, state } };
}

/** x / √(Σx² + ε) over the last axis. */
function unit(x: tf.Tensor4D): tf.Tensor4D {
  return tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), -1, true), LENGTH_EPS)));
}

/** Gives each key head to consecutive value heads: `[batch, keyHeads, time, dim]` → `[batch, valueHeads, time, dim]` */
function spread(x: tf.Tensor4D, valueHeads: number): tf.Tensor4D {
  const [batch, keyHeads, time, dim] = x.shape;
  if (keyHeads === valueHeads) return x;
  const copies = tf.tile(tf.reshape(x, [batch * keyHeads, 1, time, dim]), [1, valueHeads / keyHeads, 1, 1]);
  return tf.reshape(copies, [batch, valueHeads, time, dim]);
}

/** 1 at real positions, `[batch, time, 1]`. */
function realOf(fresh: readonly Uint8Array[]): tf.Tensor3D {
  const values = Float32Array.from(fresh.flatMap((row) => [...row]));
  return tf.tensor3d(values, [fresh.length, fresh[0]!.length, 1]);
}

/**
 * The causal convolution, each channel by itself, over the newest real positions.
 *
 * @param x `[batch, time, channels]`
 * @param weight `[channels, 1, kernel]`, the newest position last
 * @param window the inputs before, `[batch, kernel − 1, channels]`
 */
function convolve(
  x: tf.Tensor3D,
  weight: tf.Tensor3D,
  fresh: readonly Uint8Array[],
  window: tf.Tensor3D,
): { mixed: tf.Tensor3D; window: tf.Tensor3D } {
  const [batch, time, channels] = x.shape;
  const kernel = weight.shape[2];
  const whole = tf.concat([window, x], 1);
  const taps = tf.unstack(tf.reshape(weight, [channels, kernel]), 1);
  const places = fresh.some((row) => row.includes(0)) ? realPlaces(fresh, kernel) : null;
  const seen = (tap: number): tf.Tensor3D =>
    places ? gather(whole, places.taps[tap]!) : tf.slice(whole, [0, tap, 0], [batch, time, channels]);
  return {
    mixed: tf.addN(taps.map((tap, i) => tf.mul(seen(i), tap))) as tf.Tensor3D,
    window: places
      ? gather(whole, places.newest)
      : tf.slice(whole, [0, time, 0], [batch, kernel - 1, channels]),
  };
}

/** Where, in window and input one after the other, each tap of each position lies, padding stepped over. */
function realPlaces(
  fresh: readonly Uint8Array[],
  kernel: number,
): { taps: number[][][]; newest: number[][] } {
  const before = Array.from({ length: kernel - 1 }, (_, i) => i);
  const taps: number[][][] = Array.from({ length: kernel }, () => fresh.map(() => []));
  const newest = fresh.map((row, b) => {
    let recent = before;
    row.forEach((real, t) => {
      const here = [...recent, kernel - 1 + t];
      for (const [tap, place] of here.entries()) taps[tap]![b]!.push(place);
      if (real) recent = here.slice(1);
    });
    return recent;
  });
  return { taps, newest };
}

/** `[batch, span, channels]` at `[batch][n]` → `[batch, n, channels]` */
function gather(x: tf.Tensor3D, places: readonly (readonly number[])[]): tf.Tensor3D {
  const [batch, span, channels] = x.shape;
  const rows = places.flatMap((row, b) => row.map((place) => b * span + place));
  const flat = embeddingLookup(tf.reshape(x, [batch * span, channels]), tf.tensor1d(rows, "int32"));
  return tf.reshape(flat, [batch, places[0]!.length, channels]);
}
