import { geluTanh, silu } from "../engine/activation";
import { linear } from "../engine/matmul";
import { tf } from "../engine/tf";
import { attend, type Sight } from "./attention";
import type { AttentionCache, DeltaCache, LayerCache } from "./cache";
import type { LayerType } from "./config";
import { recall } from "./deltaNet";
import type { LayerWeights } from "./layerWeights";

/** What all layers of one pass share. */
export interface Pass {
  sightOf(type: LayerType): Sight;
  /** Per question, which new positions are real (1) and which are padding (0). */
  fresh: readonly Uint8Array[];
}

/** One layer: a mixer of positions and a gated MLP, each added to the stream. `[batch, time, d]` → `[batch, time, d]` */
export function runLayer(
  layer: LayerWeights,
  type: LayerType,
  x: tf.Tensor3D,
  { sightOf, fresh }: Pass,
  past: LayerCache | undefined,
): { output: tf.Tensor3D; cache: LayerCache } {
  const { config, norm } = layer;
  const normed = norm(x, "input_layernorm");
  const { output: mixed, cache } =
    type === "delta"
      ? recall(layer, normed, fresh, past as DeltaCache | undefined)
      : attend(layer, normed, sightOf(type), past as AttentionCache | undefined);
  if (!config.sandwichNorms) {
    const attended = tf.add(x, mixed) as tf.Tensor3D;
    const output = tf.add(attended, mlp(layer, norm(attended, "post_attention_layernorm"))) as tf.Tensor3D;
    return { output, cache };
  }
  const attended = tf.add(x, norm(mixed, "post_attention_layernorm")) as tf.Tensor3D;
  const thought = mlp(layer, norm(attended, "pre_feedforward_layernorm"));
  const output = tf.add(attended, norm(thought, "post_feedforward_layernorm")) as tf.Tensor3D;
  return { output, cache };
}

function mlp({ config, weight }: LayerWeights, x: tf.Tensor3D): tf.Tensor3D {
  const project = (input: tf.Tensor3D, name: string): tf.Tensor3D =>
    linear(input, weight<tf.Tensor2D>(`mlp.${name}.weight`)!);
  const activate = config.activation === "gelu_tanh" ? geluTanh : silu;
  const gated = tf.mul(activate(project(x, "gate_proj")), project(x, "up_proj")) as tf.Tensor3D;
  return project(gated, "down_proj");
}
