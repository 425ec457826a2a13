import type { FamilyDefinition } from "./family";

/** Mistral 7B and its kin, such as BioMistral: the plain shape, in which every layer may see a window only. */
export const mistral: FamilyDefinition = {
  family: "mistral",
  modelTypes: ["mistral"],
  architecture: "MistralForCausalLM",
  defaults: { vocabSize: 32000, heads: 32, kvHeads: 8, maxPositions: 131072 },
  activations: ["silu"],
  read(field, { layers }) {
    // left out, the window is that of the first Mistral; null says that there is none
    const window = field.has("sliding_window") ? field.value("sliding_window") : 4096;
    if (window === undefined) return {};
    return {
      slidingWindow: field.count("sliding_window", 4096),
      layerTypes: Array.from({ length: layers }, () => "sliding" as const),
    };
  },
  write: ({ slidingWindow }) => ({ hidden_act: "silu", sliding_window: slidingWindow ?? null }),
};
