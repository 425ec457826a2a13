export type { Cache, LayerCache } from "./cache";
export type { Family, Llama3RopeScaling, ModelConfig } from "./config";
export { initializeWeights } from "./initialize";
export { parameterCount, type Weights } from "./parameters";
export { embed, type Forward, forward, logits, type Model } from "./transformer";
