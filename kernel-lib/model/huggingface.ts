import { shown } from "../engine/check";
import type { Family, Llama3RopeScaling, ModelConfig } from "./config";
import { Fields } from "./fields";

const ARCHITECTURE: Readonly<Record<Family, string>> = {
  qwen2: "Qwen2ForCausalLM",
  qwen3: "Qwen3ForCausalLM",
  llama: "LlamaForCausalLM",
};

const SUPPORTED = Object.keys(ARCHITECTURE).join(", ");

const ANOTHER = "a model that this version runs, such as Qwen/Qwen3-0.6B";

/**
 * Reads the content of a Hugging Face `config.json` (as transformers 4 and 5 write it) into a {@link ModelConfig}.
 * What the file leaves out gets the default of its transformers class.
 *
 * @param source where it came from, for errors
 * @throws for a model type or a switch that this version does not run, naming both and what is supported
 * @example parseConfig(JSON.parse(await readFile("Qwen3-1.7B/config.json", "utf8")), "Qwen3-1.7B/config.json")
 */
export function parseConfig(json: unknown, source: string): ModelConfig {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new Error(
      `${source} is not a JSON object but ${shown(json)}. Try the config.json of a Hugging Face model.`,
    );
  }
  const field = new Fields(json as Record<string, unknown>, source);
  const family = familyOf(field);
  checkSwitches(field);
  const hiddenSize = field.count("hidden_size");
  const heads = field.count("num_attention_heads");
  const kvHeads = field.count("num_key_value_heads", heads);
  const headDim = field.count("head_dim", family === "qwen3" ? 128 : hiddenSize / heads);
  if (heads % kvHeads !== 0) {
    field.fail(`num_attention_heads ${heads} is not a multiple of num_key_value_heads ${kvHeads}`);
  }
  if (headDim % 2 !== 0) field.fail(`head_dim ${headDim} is odd; rotary positions turn pairs`);
  return {
    family,
    vocabSize: field.count("vocab_size"),
    hiddenSize,
    intermediateSize: field.count("intermediate_size"),
    layers: field.count("num_hidden_layers"),
    heads,
    kvHeads,
    headDim,
    ...ropeOf(field),
    normEps: field.positive("rms_norm_eps", 1e-6),
    maxPositions: field.count("max_position_embeddings", family === "llama" ? 2048 : 32768),
    tieWordEmbeddings: field.value("tie_word_embeddings") === true,
    qkvBias: family === "qwen2",
    qkNorm: family === "qwen3",
  };
}

/** Ids of special tokens that `config.json` repeats from the tokenizer. */
export interface SpecialTokenIds {
  bosId?: number;
  eosId?: number;
  padId?: number;
}

/** The `config.json` of a model, readable by transformers 4 and 5 and by {@link parseConfig}. */
export function toHuggingFaceConfig(
  config: ModelConfig,
  { bosId, eosId, padId }: SpecialTokenIds = {},
): Record<string, unknown> {
  return {
    architectures: [ARCHITECTURE[config.family]],
    model_type: config.family,
    vocab_size: config.vocabSize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    head_dim: config.headDim,
    hidden_act: "silu",
    attention_dropout: 0,
    // Qwen2 has its bias on q, k, v without saying so; this switch of the others would add one to o_proj as well.
    ...(config.family === "qwen2" ? {} : { attention_bias: false }),
    rope_theta: config.ropeTheta,
    rope_scaling: config.ropeScaling && formatScaling(config.ropeScaling),
    rms_norm_eps: config.normEps,
    max_position_embeddings: config.maxPositions,
    tie_word_embeddings: config.tieWordEmbeddings,
    bos_token_id: bosId ?? null,
    eos_token_id: eosId ?? null,
    pad_token_id: padId ?? null,
    torch_dtype: "float32",
    use_cache: true,
  };
}

function familyOf(field: Fields): Family {
  const type = field.value("model_type");
  if (typeof type === "string" && Object.hasOwn(ARCHITECTURE, type)) return type as Family;
  return field.fail(`model_type is ${JSON.stringify(type)}; supported are ${SUPPORTED}`, ANOTHER);
}

// Switches that change the arithmetic: running on without them would give wrong numbers quietly.
function checkSwitches(field: Fields): void {
  const act = field.value("hidden_act") ?? "silu";
  if (act !== "silu") field.fail(`hidden_act is ${JSON.stringify(act)}; supported is "silu"`, ANOTHER);
  for (const key of ["attention_bias", "mlp_bias"]) {
    if (field.value(key) === true)
      field.fail(`${key} is true; supported is false (Qwen2 has its own q, k, v bias)`, ANOTHER);
  }
  const layerTypes = field.value("layer_types");
  const windowed = Array.isArray(layerTypes)
    ? layerTypes.some((type) => type !== "full_attention")
    : field.value("use_sliding_window") === true;
  if (windowed)
    field.fail(
      "it has layers with sliding-window attention; supported is full attention in every layer",
      ANOTHER,
    );
  if (field.value("quantization_config")) {
    field.fail(
      "it is quantised (quantization_config), and weights are read as they are",
      "the model's checkpoint in BF16, F16 or F32",
    );
  }
}

// transformers 5 gathers under rope_parameters what 4 kept as rope_theta and rope_scaling.
function ropeOf(field: Fields): Pick<ModelConfig, "ropeTheta" | "ropeScaling"> {
  const key = field.value("rope_parameters") ? "rope_parameters" : "rope_scaling";
  const rope = new Fields((field.value(key) ?? {}) as Record<string, unknown>, `${field.source}: ${key}`);
  const ropeTheta = rope.positive("rope_theta", field.positive("rope_theta", 10000));
  const partial = rope.positive("partial_rotary_factor", field.positive("partial_rotary_factor", 1));
  if (partial !== 1) rope.fail(`partial_rotary_factor is ${partial}; supported is 1`, ANOTHER);
  const type = rope.value("rope_type") ?? rope.value("type") ?? "default";
  if (type === "default") return { ropeTheta, ropeScaling: null };
  if (type !== "llama3") {
    rope.fail(`rope_type is ${JSON.stringify(type)}; supported are "default", "llama3"`, ANOTHER);
  }
  return {
    ropeTheta,
    ropeScaling: {
      type: "llama3",
      factor: rope.positive("factor"),
      lowFreqFactor: rope.positive("low_freq_factor"),
      highFreqFactor: rope.positive("high_freq_factor"),
      originalMaxPositions: rope.count("original_max_position_embeddings"),
    },
  };
}

function formatScaling(scaling: Llama3RopeScaling): Record<string, unknown> {
  return {
    rope_type: "llama3",
    factor: scaling.factor,
    low_freq_factor: scaling.lowFreqFactor,
    high_freq_factor: scaling.highFreqFactor,
    original_max_position_embeddings: scaling.originalMaxPositions,
  };
}
