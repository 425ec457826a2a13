/** The `rope_scaling` of Llama 3.1 and later (`rope_type: "llama3"`). */
export interface Llama3RopeScaling {
  type: "llama3";
  factor: number;
  lowFreqFactor: number;
  highFreqFactor: number;
  originalMaxPositions: number;
}

/** The families this version runs; each is a setting of the switches of {@link ModelConfig}. */
export type Family = "qwen2" | "qwen3" | "llama";

/** The shape and switches of a decoder-only transformer: pre-norm RMSNorm, SwiGLU, grouped-query attention, rotary positions. */
export interface ModelConfig {
  family: Family;
  vocabSize: number;
  /** d, the width of hidden states. */
  hiddenSize: number;
  intermediateSize: number;
  layers: number;
  heads: number;
  /** Divides `heads`; fewer than `heads` is grouped-query attention. */
  kvHeads: number;
  headDim: number;
  ropeTheta: number;
  ropeScaling: Llama3RopeScaling | null;
  normEps: number;
  /** The longest sequence, prompt and latents and text together. */
  maxPositions: number;
  tieWordEmbeddings: boolean;
  /** Bias on the q, k and v projections (Qwen2). */
  qkvBias: boolean;
  /** RMSNorm over `headDim` on q and k before the rotation (Qwen3). */
  qkNorm: boolean;
}
