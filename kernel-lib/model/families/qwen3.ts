import type { FamilyDefinition } from "./family";
import { requireFullAttention } from "./layerTypes";

/** Qwen3: RMSNorm on each head of q and k, heads of a width of their own. */
export const qwen3: FamilyDefinition = {
  family: "qwen3",
  modelTypes: ["qwen3"],
  architecture: "Qwen3ForCausalLM",
  defaults: { headDim: 128, maxPositions: 32768 },
  activations: ["silu"],
  read(field) {
    requireFullAttention(field);
    return { qkNorm: true };
  },
  write: () => ({ hidden_act: "silu", attention_bias: false }),
};
