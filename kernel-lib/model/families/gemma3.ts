import { ANOTHER } from "../fields";
import type { FamilyDefinition } from "./family";
import { hfLayerType, layerTypesOf } from "./layerTypes";

/** After so many layers one sees everything, where the file does not list them. */
const PATTERN = 6;

/**
 * Gemma 3, alone or as the text part of its vision models: layers that see a window among layers that see everything,
 * with a rotation each; four norms a layer; scaled embeddings.
 */
export const gemma3: FamilyDefinition = {
  family: "gemma3",
  modelTypes: ["gemma3_text"],
  architecture: "Gemma3ForCausalLM",
  defaults: {
    vocabSize: 262208,
    heads: 8,
    kvHeads: 4,
    headDim: 256,
    maxPositions: 131072,
    ropeTheta: 1e6,
    tieWordEmbeddings: true,
  },
  activations: ["gelu_pytorch_tanh"],
  read(field, { hiddenSize, layers }) {
    for (const key of ["attn_logit_softcapping", "final_logit_softcapping"]) {
      if (field.value(key) !== undefined)
        field.fail(`${key} is ${field.value(key)}; supported is null`, ANOTHER);
    }
    if (field.value("use_bidirectional_attention") === true) {
      field.fail("use_bidirectional_attention is true; supported is false", ANOTHER);
    }
    const every = field.count("sliding_window_pattern", field.count("_sliding_window_pattern", PATTERN));
    return {
      layerTypes: layerTypesOf(field, layers, ["full", "sliding"], (i) =>
        (i + 1) % every === 0 ? "full" : "sliding",
      ),
      slidingWindow: field.count("sliding_window", 4096),
      slidingRopeTheta: field
        .rope("sliding_attention")
        .positive("rope_theta", field.positive("rope_local_base_freq", 1e4)),
      qkNorm: true,
      zeroCenteredNorms: true,
      sandwichNorms: true,
      embeddingScale: Math.sqrt(hiddenSize),
      queryScale: field.positive("query_pre_attn_scalar", 256) ** -0.5,
      activation: "gelu_tanh",
    };
  },
  write: (config) => ({
    hidden_activation: "gelu_pytorch_tanh",
    attention_bias: false,
    layer_types: config.layerTypes!.map(hfLayerType),
    sliding_window: config.slidingWindow,
    rope_local_base_freq: config.slidingRopeTheta,
    query_pre_attn_scalar: Number((config.queryScale! ** -2).toPrecision(12)),
  }),
};
