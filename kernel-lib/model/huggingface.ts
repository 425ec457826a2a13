import { shown } from "../engine/check";
import type { ModelConfig, RopeScaling } from "./config";
import { FAMILIES, type FamilyDefinition } from "./families";
import type { CommonConfig } from "./families/family";
import { ANOTHER, Fields } from "./fields";

const SUPPORTED = Object.values(FAMILIES).flatMap(({ modelTypes }) => modelTypes);

/**
 * Reads the content of a Hugging Face `config.json` (as transformers 4 and 5 write it) into a {@link ModelConfig}.
 * What the file leaves out gets the default of its transformers class; of a vision model the text part is read.
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
  const whole = new Fields(json as Record<string, unknown>, source);
  const wrapped = whole.value("text_config") !== undefined;
  const field = wrapped ? whole.within("text_config") : whole;
  const definition = definitionOf(field, whole);
  checkSwitches(field, definition);
  const common = commonOf(field, definition, whole);
  const config = { family: definition.family, ...common, ...definition.read(field, common) };
  checkPartial(field, config);
  const { rotaryDim = config.headDim } = config;
  if (rotaryDim % 2 !== 0) field.fail(`head_dim ${rotaryDim} is odd; rotary positions turn pairs`);
  return config;
}

function commonOf(field: Fields, { defaults }: FamilyDefinition, whole: Fields): CommonConfig {
  const hiddenSize = field.count("hidden_size");
  const heads = field.count("num_attention_heads", defaults.heads);
  const kvHeads = field.count("num_key_value_heads", defaults.kvHeads ?? heads);
  if (heads % kvHeads !== 0) {
    field.fail(`num_attention_heads ${heads} is not a multiple of num_key_value_heads ${kvHeads}`);
  }
  const tied = field.value("tie_word_embeddings") ?? whole.value("tie_word_embeddings");
  return {
    vocabSize: field.count("vocab_size", defaults.vocabSize),
    hiddenSize,
    intermediateSize: field.count("intermediate_size"),
    layers: field.count("num_hidden_layers"),
    heads,
    kvHeads,
    headDim: field.count("head_dim", defaults.headDim ?? hiddenSize / heads),
    ...ropeOf(field, defaults.ropeTheta ?? 10000),
    normEps: field.positive("rms_norm_eps", 1e-6),
    maxPositions: field.count("max_position_embeddings", defaults.maxPositions),
    tieWordEmbeddings: (tied ?? defaults.tieWordEmbeddings) === true,
    qkvBias: false,
    qkNorm: false,
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
  const { architecture, modelTypes, write } = FAMILIES[config.family];
  return {
    architectures: [architecture],
    model_type: modelTypes[0],
    vocab_size: config.vocabSize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    head_dim: config.headDim,
    attention_dropout: 0,
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
    ...write(config),
  };
}

function definitionOf(field: Fields, whole: Fields): FamilyDefinition {
  const type = field.value("model_type") ?? whole.value("model_type");
  const found = Object.values(FAMILIES).find(({ modelTypes }) => modelTypes.includes(String(type)));
  return (
    found ??
    field.fail(`model_type is ${JSON.stringify(type)}; supported are ${SUPPORTED.join(", ")}`, ANOTHER)
  );
}

// Switches that change the arithmetic: running on without them would give wrong numbers quietly.
function checkSwitches(field: Fields, { activations }: FamilyDefinition): void {
  const key = field.value("hidden_activation") === undefined ? "hidden_act" : "hidden_activation";
  const act = field.value(key) ?? activations[0];
  if (!activations.includes(String(act))) {
    field.fail(`${key} is ${JSON.stringify(act)}; supported is ${JSON.stringify(activations[0])}`, ANOTHER);
  }
  for (const bias of ["attention_bias", "mlp_bias"]) {
    if (field.value(bias) === true)
      field.fail(`${bias} is true; supported is false (Qwen2 has its own q, k, v bias)`, ANOTHER);
  }
  if (field.value("quantization_config")) {
    field.fail(
      "it is quantised (quantization_config), and weights are read as they are",
      "the model's checkpoint in BF16, F16 or F32",
    );
  }
}

function checkPartial(field: Fields, { rotaryDim }: ModelConfig): void {
  const rope = field.rope("full_attention");
  const share = rope.positive("partial_rotary_factor", field.positive("partial_rotary_factor", 1));
  if (rotaryDim === undefined && share !== 1) {
    rope.fail(`partial_rotary_factor is ${share}; supported is 1 in this family`, ANOTHER);
  }
}

function ropeOf(field: Fields, fallback: number): Pick<ModelConfig, "ropeTheta" | "ropeScaling"> {
  const rope = field.rope("full_attention");
  const ropeTheta = rope.positive("rope_theta", field.positive("rope_theta", fallback));
  const type = rope.value("rope_type") ?? rope.value("type") ?? "default";
  return { ropeTheta, ropeScaling: scalingOf(rope, type) };
}

function scalingOf(rope: Fields, type: unknown): RopeScaling | null {
  switch (type) {
    case "default":
      return null;
    case "linear":
      return { type, factor: rope.positive("factor") };
    case "llama3":
      return {
        type,
        factor: rope.positive("factor"),
        lowFreqFactor: rope.positive("low_freq_factor"),
        highFreqFactor: rope.positive("high_freq_factor"),
        originalMaxPositions: rope.count("original_max_position_embeddings"),
      };
    default:
      return rope.fail(
        `rope_type is ${JSON.stringify(type)}; supported are "default", "linear", "llama3"`,
        ANOTHER,
      );
  }
}

function formatScaling(scaling: RopeScaling): Record<string, unknown> {
  if (scaling.type === "linear") return { rope_type: "linear", factor: scaling.factor };
  return {
    rope_type: "llama3",
    factor: scaling.factor,
    low_freq_factor: scaling.lowFreqFactor,
    high_freq_factor: scaling.highFreqFactor,
    original_max_position_embeddings: scaling.originalMaxPositions,
  };
}
