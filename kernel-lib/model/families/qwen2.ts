import type { FamilyDefinition } from "./family";
import { requireFullAttention } from "./layerTypes";

/** Qwen2 and Qwen2.5, with Qwen2.5-Math, Qwen2.5-Coder and the Qwen distillations of DeepSeek-R1: bias on q, k, v. */
export const qwen2: FamilyDefinition = {
  family: "qwen2",
  modelTypes: ["qwen2"],
  architecture: "Qwen2ForCausalLM",
  defaults: { maxPositions: 32768 },
  activations: ["silu"],
  read(field) {
    requireFullAttention(field);
    return { qkvBias: true };
  },
  write: () => ({ hidden_act: "silu" }),
};
