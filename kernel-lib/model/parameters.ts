import type { tf } from "../engine/tf";
import type { ModelConfig } from "./config";

/** A tensor that a model of some config has, by its Hugging Face name. */
export interface ParameterSpec {
  name: string;
  /**
   * How the file stores it: a linear layer as `[out, in]`.
   * In memory linear layers are `[in, out]`, so that no forward pass has to transpose.
   */
  shape: readonly number[];
  kind: "linear" | "vector" | "embedding";
}

/** Tensors by Hugging Face name; linear layers as `[in, out]`. */
export type Weights = Readonly<Record<string, tf.Tensor>>;

/** Every tensor of a model, in the order in which it runs. */
export function parameterSpecs(config: ModelConfig): ParameterSpec[] {
  const { hiddenSize: d, intermediateSize, vocabSize, heads, kvHeads, headDim, layers } = config;
  const linear = (name: string, out: number, input: number): ParameterSpec => ({
    name: `${name}.weight`,
    shape: [out, input],
    kind: "linear",
  });
  const vector = (name: string, width: number): ParameterSpec => ({ name, shape: [width], kind: "vector" });
  const layer = (i: number): ParameterSpec[] => {
    const at = `model.layers.${i}`;
    const attend = `${at}.self_attn`;
    const kvWidth = kvHeads * headDim;
    return [
      vector(`${at}.input_layernorm.weight`, d),
      linear(`${attend}.q_proj`, heads * headDim, d),
      linear(`${attend}.k_proj`, kvWidth, d),
      linear(`${attend}.v_proj`, kvWidth, d),
      ...(config.qkvBias
        ? [
            vector(`${attend}.q_proj.bias`, heads * headDim),
            vector(`${attend}.k_proj.bias`, kvWidth),
            vector(`${attend}.v_proj.bias`, kvWidth),
          ]
        : []),
      ...(config.qkNorm
        ? [vector(`${attend}.q_norm.weight`, headDim), vector(`${attend}.k_norm.weight`, headDim)]
        : []),
      linear(`${attend}.o_proj`, d, heads * headDim),
      vector(`${at}.post_attention_layernorm.weight`, d),
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

/** How many numbers a model of this config has. */
export function parameterCount(config: ModelConfig): number {
  return parameterSpecs(config).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}
