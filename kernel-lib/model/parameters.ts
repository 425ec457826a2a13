import type { tf } from "../engine/tf";
import { type DeltaNetShape, layerType, type ModelConfig } from "./config";

/** A tensor that a model of some config has, by its Hugging Face name. */
export interface ParameterSpec {
  name: string;
  /**
   * How the file stores it: a linear layer as `[out, in]`.
   * In memory linear layers are `[in, out]`, so that no forward pass has to transpose.
   */
  shape: readonly number[];
  kind: "linear" | "vector" | "embedding" | "convolution";
}

/** Tensors by Hugging Face name; linear layers as `[in, out]`. */
export type Weights = Readonly<Record<string, tf.Tensor>>;

const linear = (name: string, out: number, input: number): ParameterSpec => ({
  name: `${name}.weight`,
  shape: [out, input],
  kind: "linear",
});
const vector = (name: string, width: number): ParameterSpec => ({ name, shape: [width], kind: "vector" });

/** Every tensor of a model, in the order in which it runs. */
export function parameterSpecs(config: ModelConfig): ParameterSpec[] {
  const { hiddenSize: d, intermediateSize, vocabSize, layers, sandwichNorms } = config;
  const layer = (i: number): ParameterSpec[] => {
    const at = `model.layers.${i}`;
    return [
      vector(`${at}.input_layernorm.weight`, d),
      ...(layerType(config, i) === "delta"
        ? deltaNetSpecs(`${at}.linear_attn`, d, config.delta!)
        : attentionSpecs(`${at}.self_attn`, config)),
      vector(`${at}.post_attention_layernorm.weight`, d),
      ...(sandwichNorms
        ? [
            vector(`${at}.pre_feedforward_layernorm.weight`, d),
            vector(`${at}.post_feedforward_layernorm.weight`, d),
          ]
        : []),
      linear(`${at}.mlp.gate_proj`, intermediateSize, d),
      linear(`${at}.mlp.up_proj`, intermediateSize, d),
      linear(`${at}.mlp.down_proj`, d, intermediateSize),
    ];
  };
  return [
    { name: "model.embed_tokens.weight", shape: [vocabSize, d], kind: "embedding" },
    ...Array.from({ length: layers }, (_, i) => layer(i)).flat(),
    vector("model.norm.weight", d),
    ...(config.tieWordEmbeddings ? [] : [linear("lm_head", vocabSize, d)]),
  ];
}

function attentionSpecs(at: string, config: ModelConfig): ParameterSpec[] {
  const { hiddenSize: d, heads, kvHeads, headDim, qkvBias, qkNorm, attentionGate } = config;
  const queryWidth = heads * headDim;
  const kvWidth = kvHeads * headDim;
  return [
    linear(`${at}.q_proj`, attentionGate ? 2 * queryWidth : queryWidth, d),
    linear(`${at}.k_proj`, kvWidth, d),
    linear(`${at}.v_proj`, kvWidth, d),
    ...(qkvBias
      ? [
          vector(`${at}.q_proj.bias`, queryWidth),
          vector(`${at}.k_proj.bias`, kvWidth),
          vector(`${at}.v_proj.bias`, kvWidth),
        ]
      : []),
    ...(qkNorm ? [vector(`${at}.q_norm.weight`, headDim), vector(`${at}.k_norm.weight`, headDim)] : []),
    linear(`${at}.o_proj`, d, queryWidth),
  ];
}

function deltaNetSpecs(
  at: string,
  d: number,
  { keyHeads, valueHeads, keyDim, valueDim, kernel }: DeltaNetShape,
): ParameterSpec[] {
  const values = valueHeads * valueDim;
  const channels = 2 * keyHeads * keyDim + values;
  return [
    linear(`${at}.in_proj_qkv`, channels, d),
    linear(`${at}.in_proj_z`, values, d),
    linear(`${at}.in_proj_b`, valueHeads, d),
    linear(`${at}.in_proj_a`, valueHeads, d),
    { name: `${at}.conv1d.weight`, shape: [channels, 1, kernel], kind: "convolution" },
    vector(`${at}.dt_bias`, valueHeads),
    vector(`${at}.A_log`, valueHeads),
    vector(`${at}.norm.weight`, valueDim),
    linear(`${at}.out_proj`, d, values),
  ];
}

/** How many numbers a model of this config has. */
export function parameterCount(config: ModelConfig): number {
  return parameterSpecs(config).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}
