import type { FamilyDefinition } from "./family";
import { requireFullAttention } from "./layerTypes";

/** Llama 2 to 3.2: the plain shape, with stretched rotations from 3.1 on. */
export const llama: FamilyDefinition = {
  family: "llama",
  modelTypes: ["llama"],
  architecture: "LlamaForCausalLM",
  defaults: { maxPositions: 2048 },
  activations: ["silu"],
  read(field) {
    requireFullAttention(field);
    return {};
  },
  write: () => ({ hidden_act: "silu", attention_bias: false }),
};
