/** A model to be made up: its `config.json`, and how much is asked of it. */
export interface FullSizeModel {
  name: string;
  hf: Readonly<Record<string, unknown>> & { bos_token_id: number; eos_token_id: number };
  /** Bytes of a file of weights at most. */
  shardBytes: number;
}

/** As the hub has it: 596 million parameters. */
const QWEN3_06B: FullSizeModel = {
  name: "Qwen3-0.6B",
  hf: {
    architectures: ["Qwen3ForCausalLM"],
    attention_bias: false,
    attention_dropout: 0,
    bos_token_id: 151643,
    eos_token_id: 151645,
    head_dim: 128,
    hidden_act: "silu",
    hidden_size: 1024,
    initializer_range: 0.02,
    intermediate_size: 3072,
    max_position_embeddings: 40960,
    max_window_layers: 28,
    model_type: "qwen3",
    num_attention_heads: 16,
    num_hidden_layers: 28,
    num_key_value_heads: 8,
    rms_norm_eps: 1e-6,
    rope_scaling: null,
    rope_theta: 1_000_000,
    sliding_window: null,
    tie_word_embeddings: true,
    torch_dtype: "bfloat16",
    use_cache: true,
    use_sliding_window: false,
    vocab_size: 151936,
  },
  shardBytes: 5e8,
};

/** The same family and the same way through the code, in a second. */
const TINY: FullSizeModel = {
  name: "tiny",
  hf: {
    ...QWEN3_06B.hf,
    bos_token_id: 256,
    eos_token_id: 258,
    head_dim: 16,
    hidden_size: 32,
    intermediate_size: 48,
    max_position_embeddings: 512,
    num_attention_heads: 4,
    num_hidden_layers: 2,
    num_key_value_heads: 2,
    vocab_size: 272,
  },
  shardBytes: 2e4,
};

export const FULL_SIZE_MODELS: readonly FullSizeModel[] = [QWEN3_06B, TINY];
