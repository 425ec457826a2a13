export type { AttentionCache, Cache, DeltaCache, LayerCache } from "./cache";
export type {
  DeltaNetShape,
  Family,
  LayerType,
  LinearRopeScaling,
  Llama3RopeScaling,
  ModelConfig,
  RopeScaling,
} from "./config";
export { initializeWeights } from "./initialize";
export { parameterCount, type Weights } from "./parameters";
export { embed, type Forward, forward, logits, type Model } from "./transformer";
