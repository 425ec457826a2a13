import type { FamilyDefinition } from "./family";
import { hfLayerType, layerTypesOf } from "./layerTypes";

/** After so many layers one attends, where the file does not list them. */
const INTERVAL = 4;

/** Qwen3.5, alone or as the text part of its vision models: gated delta-nets among layers of gated attention. */
export const qwen35: FamilyDefinition = {
  family: "qwen3_5",
  modelTypes: ["qwen3_5_text"],
  architecture: "Qwen3_5ForCausalLM",
  defaults: {
    vocabSize: 248320,
    heads: 16,
    kvHeads: 4,
    headDim: 256,
    maxPositions: 32768,
    ropeTheta: 1e4,
  },
  activations: ["silu"],
  read(field, { layers, headDim }) {
    const every = field.count("full_attention_interval", INTERVAL);
    const rope = field.rope("full_attention");
    const share = rope.positive("partial_rotary_factor", field.positive("partial_rotary_factor", 0.25));
    const keyHeads = field.count("linear_num_key_heads", 16);
    const valueHeads = field.count("linear_num_value_heads", 32);
    if (valueHeads % keyHeads !== 0) {
      field.fail(
        `linear_num_value_heads ${valueHeads} is not a multiple of linear_num_key_heads ${keyHeads}`,
      );
    }
    return {
      layerTypes: layerTypesOf(field, layers, ["full", "delta"], (i) =>
        (i + 1) % every === 0 ? "full" : "delta",
      ),
      rotaryDim: Math.trunc(headDim * share),
      qkNorm: true,
      zeroCenteredNorms: true,
      attentionGate: true,
      delta: {
        keyHeads,
        valueHeads,
        keyDim: field.count("linear_key_head_dim", 128),
        valueDim: field.count("linear_value_head_dim", 128),
        kernel: field.count("linear_conv_kernel_dim", 4),
      },
    };
  },
  write: ({ layerTypes, rotaryDim, headDim, delta }) => ({
    hidden_act: "silu",
    attention_bias: false,
    layer_types: layerTypes!.map(hfLayerType),
    partial_rotary_factor: rotaryDim! / headDim,
    linear_num_key_heads: delta!.keyHeads,
    linear_num_value_heads: delta!.valueHeads,
    linear_key_head_dim: delta!.keyDim,
    linear_value_head_dim: delta!.valueDim,
    linear_conv_kernel_dim: delta!.kernel,
  }),
};
