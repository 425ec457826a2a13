/** The `rope_scaling` of Llama 3.1 and later (`rope_type: "llama3"`). */
export interface Llama3RopeScaling {
  type: "llama3";
  factor: number;
  lowFreqFactor: number;
  highFreqFactor: number;
  originalMaxPositions: number;
}

/** Positions divided by a factor (`rope_type: "linear"`), as in the global layers of the larger Gemma 3. */
export interface LinearRopeScaling {
  type: "linear";
  factor: number;
}

/** How rotations are stretched for positions beyond those a model was first trained on. */
export type RopeScaling = Llama3RopeScaling | LinearRopeScaling;

/**
 * The families this version runs; each is a setting of the switches of {@link ModelConfig}. The names are ours: the
 * `model_type` of a `config.json` is the same but for `qwen3_5_text` and `gemma3_text`.
 */
export type Family = "qwen2" | "qwen3" | "qwen3_5" | "llama" | "gemma3" | "mistral";

/** How a layer mixes positions: attention to all of them, to a window of them, or a gated delta-net's memory. */
export type LayerType = "full" | "sliding" | "delta";

/** The gated delta-net of Qwen3.5. */
export interface DeltaNetShape {
  keyHeads: number;
  /** A multiple of `keyHeads`. */
  valueHeads: number;
  keyDim: number;
  valueDim: number;
  /** Positions that the causal convolution sees, the newest included. */
  kernel: number;
}

/**
 * The shape and switches of a decoder-only transformer: pre-norm RMSNorm, a gated MLP, grouped-query attention, rotary
 * positions. Optional switches are those of single families; left out, they are off.
 */
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
  ropeScaling: RopeScaling | null;
  normEps: number;
  /** The longest sequence, prompt and latents and text together. */
  maxPositions: number;
  tieWordEmbeddings: boolean;
  /** Bias on the q, k and v projections (Qwen2). */
  qkvBias: boolean;
  /** RMSNorm over `headDim` on q and k before the rotation (Qwen3, Gemma 3, Qwen3.5). */
  qkNorm: boolean;
  /** The type of each layer. Left out: full attention in all. */
  layerTypes?: readonly LayerType[];
  /** Positions that a sliding layer sees, its own included (Gemma 3, Mistral). */
  slidingWindow?: number;
  /** θ of the sliding layers, which are never scaled (Gemma 3). Left out: as the others. */
  slidingRopeTheta?: number;
  /** How many of the dimensions of a head are turned, the first ones (Qwen3.5). Left out: all. */
  rotaryDim?: number;
  /** Norms multiply by 1 + weight (Gemma 3, Qwen3.5). */
  zeroCenteredNorms?: boolean;
  /** Norms also behind attention and MLP, before each is added to the stream (Gemma 3). */
  sandwichNorms?: boolean;
  /** Factor on token embeddings; not on embeddings given directly, hence not on latents (Gemma 3). */
  embeddingScale?: number;
  /** Factor on the scores of attention (Gemma 3). Left out: headDim^(−1/2). */
  queryScale?: number;
  /** The gate of the MLP. Left out: SiLU. */
  activation?: "gelu_tanh";
  /** The output of attention is gated by σ of a second half of the q projection (Qwen3.5). */
  attentionGate?: boolean;
  /** The shape of the layers of type `delta` (Qwen3.5). */
  delta?: DeltaNetShape;
}

/** How layer `index` mixes positions. */
export function layerType({ layerTypes }: Pick<ModelConfig, "layerTypes">, index: number): LayerType {
  return layerTypes?.[index] ?? "full";
}
