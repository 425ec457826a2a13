import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openTensorFolder } from "../../kernel-lib/checkpoint/shards";
import type { ModelConfig } from "../../kernel-lib/model/config";
import { parseConfig, toHuggingFaceConfig } from "../../kernel-lib/model/huggingface";
import { parameterSpecs } from "../../kernel-lib/model/parameters";

const MODELS = ["qwen2-tied", "qwen2-untied", "qwen3", "llama", "mistral", "gemma3", "qwen3_5"];
const folderOf = (name: string) => join(__dirname, "../fixtures/models", name);
const configOf = async (name: string) => {
  const path = join(folderOf(name), "config.json");
  return JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
};

// As on the hub, written by transformers 4.
const QWEN3 = {
  architectures: ["Qwen3ForCausalLM"],
  attention_bias: false,
  head_dim: 128,
  hidden_act: "silu",
  hidden_size: 2048,
  intermediate_size: 6144,
  max_position_embeddings: 40960,
  max_window_layers: 28,
  model_type: "qwen3",
  num_attention_heads: 16,
  num_hidden_layers: 28,
  num_key_value_heads: 8,
  rms_norm_eps: 1e-6,
  rope_scaling: null,
  rope_theta: 1000000,
  sliding_window: null,
  tie_word_embeddings: true,
  use_sliding_window: false,
  vocab_size: 151936,
};

const LLAMA = {
  attention_bias: false,
  head_dim: 64,
  hidden_act: "silu",
  hidden_size: 2048,
  intermediate_size: 8192,
  max_position_embeddings: 131072,
  mlp_bias: false,
  model_type: "llama",
  num_attention_heads: 32,
  num_hidden_layers: 16,
  num_key_value_heads: 8,
  pretraining_tp: 1,
  rms_norm_eps: 1e-5,
  rope_scaling: {
    factor: 32,
    high_freq_factor: 4,
    low_freq_factor: 1,
    original_max_position_embeddings: 8192,
    rope_type: "llama3",
  },
  rope_theta: 500000,
  tie_word_embeddings: true,
  vocab_size: 128256,
};

const LLAMA_CONFIG: ModelConfig = {
  family: "llama",
  vocabSize: 128256,
  hiddenSize: 2048,
  intermediateSize: 8192,
  layers: 16,
  heads: 32,
  kvHeads: 8,
  headDim: 64,
  ropeTheta: 500000,
  ropeScaling: {
    type: "llama3",
    factor: 32,
    lowFreqFactor: 1,
    highFreqFactor: 4,
    originalMaxPositions: 8192,
  },
  normEps: 1e-5,
  maxPositions: 131072,
  tieWordEmbeddings: true,
  qkvBias: false,
  qkNorm: false,
};

describe("parsing", () => {
  it("reads a Llama 3.2 as transformers 4 wrote it", () => {
    expect(parseConfig(LLAMA, "config.json")).toEqual(LLAMA_CONFIG);
  });

  it("reads the same from the rope_parameters of transformers 5", () => {
    const { rope_theta, rope_scaling, ...rest } = LLAMA;
    const newer = { ...rest, rope_parameters: { ...rope_scaling, rope_theta } };
    expect(parseConfig(newer, "config.json")).toEqual(LLAMA_CONFIG);
  });

  it("reads a Qwen3, with its norms on q and k and no bias", () => {
    expect(parseConfig(QWEN3, "config.json")).toMatchObject({
      family: "qwen3",
      headDim: 128,
      kvHeads: 8,
      ropeTheta: 1e6,
      ropeScaling: null,
      qkvBias: false,
      qkNorm: true,
    });
  });

  it("fills what is left out as the transformers class does", () => {
    const small = {
      model_type: "qwen2",
      vocab_size: 10,
      hidden_size: 24,
      intermediate_size: 8,
      num_hidden_layers: 1,
      num_attention_heads: 6,
    };
    expect(parseConfig(small, "config.json")).toEqual({
      family: "qwen2",
      vocabSize: 10,
      hiddenSize: 24,
      intermediateSize: 8,
      layers: 1,
      heads: 6,
      kvHeads: 6,
      headDim: 4,
      ropeTheta: 10000,
      ropeScaling: null,
      normEps: 1e-6,
      maxPositions: 32768,
      tieWordEmbeddings: false,
      qkvBias: true,
      qkNorm: false,
    });
    expect(parseConfig({ ...small, model_type: "llama" }, "config.json").maxPositions).toBe(2048);
    expect(parseConfig({ ...small, model_type: "qwen3" }, "config.json").headDim).toBe(128);
  });

  it.each([
    ["another model type", { model_type: "gpt2" }, 'model_type is "gpt2"; supported are qwen2, qwen3'],
    ["no model type", { model_type: undefined }, "model_type is undefined; supported are"],
    ["another activation", { hidden_act: "gelu" }, 'hidden_act is "gelu"; supported is "silu"'],
    ["a bias everywhere", { attention_bias: true }, "attention_bias is true"],
    ["a bias in the feed-forward", { mlp_bias: true }, "mlp_bias is true"],
    ["a sliding window", { use_sliding_window: true }, "sliding-window attention"],
    ["a sliding layer", { layer_types: ["full_attention", "sliding_attention"] }, "sliding-window attention"],
    ["another scaling", { rope_scaling: { type: "yarn", factor: 4 } }, 'rope_scaling: rope_type is "yarn"'],
    [
      "a half scaling",
      { rope_scaling: { rope_type: "llama3" } },
      "rope_scaling: factor is missing; a positive",
    ],
    ["a partial rotation", { partial_rotary_factor: 0.5 }, "partial_rotary_factor is 0.5; supported is 1"],
    ["quantised weights", { quantization_config: { bits: 4 } }, "it is quantised"],
    ["a missing size", { hidden_size: undefined }, "hidden_size is missing; a positive number is wanted"],
    ["a broken size", { vocab_size: 1.5 }, "vocab_size is 1.5; a whole number is wanted"],
    ["heads that do not group", { num_key_value_heads: 5 }, "32 is not a multiple of num_key_value_heads 5"],
    ["a width that heads do not divide", { head_dim: undefined, hidden_size: 100 }, "head_dim is 3.125"],
    ["an odd head", { head_dim: 5 }, "head_dim 5 is odd"],
  ])("refuses %s", (_, change, problem) => {
    expect(() => parseConfig({ ...LLAMA, ...change }, "here/config.json")).toThrow(problem);
    expect(() => parseConfig({ ...LLAMA, ...change }, "here/config.json")).toThrow("here/config.json: ");
  });

  it("takes layer types that are all full attention over the switch", () => {
    const full = { ...QWEN3, use_sliding_window: true, layer_types: ["full_attention"] };
    expect(parseConfig(full, "config.json").family).toBe("qwen3");
  });

  it("refuses what is not an object", () => {
    expect(() => parseConfig([], "config.json")).toThrow("config.json is not a JSON object");
  });
});

describe("the text part of a vision model", () => {
  it.each([
    ["gemma3-vision", "gemma3"],
    ["qwen3_5-vision", "qwen3_5"],
  ])("in %s is read as %s alone", async (vision, alone) => {
    expect(parseConfig(await configOf(vision), vision)).toEqual(parseConfig(await configOf(alone), alone));
  });

  it("of Gemma 3 4B is read from the few fields that the hub has", () => {
    const hub = {
      architectures: ["Gemma3ForConditionalGeneration"],
      model_type: "gemma3",
      text_config: {
        hidden_size: 2560,
        intermediate_size: 10240,
        model_type: "gemma3_text",
        num_hidden_layers: 34,
        rope_scaling: { factor: 8.0, rope_type: "linear" },
        sliding_window: 1024,
      },
    };
    const config = parseConfig(hub, "config.json");
    expect(config).toMatchObject({
      family: "gemma3",
      vocabSize: 262208,
      heads: 8,
      kvHeads: 4,
      headDim: 256,
      ropeTheta: 1e6,
      ropeScaling: { type: "linear", factor: 8 },
      slidingRopeTheta: 1e4,
      slidingWindow: 1024,
      queryScale: 1 / 16,
      tieWordEmbeddings: true,
      maxPositions: 131072,
    });
    expect(config.layerTypes?.slice(0, 7)).toEqual([...Array(5).fill("sliding"), "full", "sliding"]);
  });
});

describe("writing", () => {
  it.each(MODELS)("gives a configuration of %s that reads back the same", async (name) => {
    const config = parseConfig(await configOf(name), name);
    expect(parseConfig(toHuggingFaceConfig(config), name)).toEqual(config);
  });

  it.each(MODELS)("says the same as transformers about %s", async (name) => {
    const theirs = await configOf(name);
    const ours = toHuggingFaceConfig(parseConfig(theirs, name), { bosId: 2, eosId: 3, padId: 0 });
    const renamed = [
      "rope_theta",
      "rope_local_base_freq",
      "rope_scaling",
      "partial_rotary_factor",
      "torch_dtype",
    ];
    for (const [key, value] of Object.entries(ours)) {
      if (renamed.includes(key) || (key === "head_dim" && !("head_dim" in theirs))) continue;
      expect(theirs[key], key).toEqual(value);
    }
  });
});

describe("the table of tensors", () => {
  it.each(MODELS)("names exactly what transformers saved for %s, with its shapes", async (name) => {
    const source = await openTensorFolder(folderOf(name));
    const saved = source.names.map((tensor) => [tensor, source.shapeOf(tensor)]);
    const expected = parameterSpecs(parseConfig(await configOf(name), name));
    expect(Object.fromEntries(expected.map((tensor) => [tensor.name, tensor.shape]))).toEqual(
      Object.fromEntries(saved),
    );
  });
});
