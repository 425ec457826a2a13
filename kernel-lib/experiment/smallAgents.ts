import { random } from "../engine/random";
import type { Family, ModelConfig } from "../model/config";
import { createTokenizer, type Tokenizer } from "../text/tokenizer";
import { type TokenizerFiles, wordTokenizer } from "../text/wordTokenizer";
import type { SmallAgentRecipe } from "./casts";

export type { SmallAgentRecipe } from "./casts";
export { SMALL_SEQUENTIAL } from "./casts/sequential";

// each family writes its special tokens in its own way
const SPECIALS: Record<Family, { pad: string; unk: string; bos: string; eos: string }> = {
  qwen2: { pad: "<|endoftext|>", unk: "<|unk|>", bos: "<|im_start|>", eos: "<|im_end|>" },
  qwen3: { pad: "<|endoftext|>", unk: "<|unk|>", bos: "<|im_start|>", eos: "<|im_end|>" },
  qwen3_5: { pad: "<|endoftext|>", unk: "<|unk|>", bos: "<|im_start|>", eos: "<|im_end|>" },
  gemma3: { pad: "<pad>", unk: "<unk>", bos: "<bos>", eos: "<end_of_turn>" },
  mistral: { pad: "<pad>", unk: "<unk>", bos: "<s>", eos: "</s>" },
  llama: { pad: "<|finetune_right_pad_id|>", unk: "<|unk|>", bos: "<|begin_of_text|>", eos: "<|eot_id|>" },
};

// these families begin every text with their first token
const BEGIN: readonly Family[] = ["llama", "gemma3", "mistral"];

/** The tokenizer of a small agent: whole words, in an order of its own, so that no two agents share ids. */
export function smallTokenizer({ skill, family, seed }: SmallAgentRecipe): {
  files: TokenizerFiles["files"];
  tokenizer: Tokenizer;
} {
  const begin = BEGIN.includes(family) ? "{{ bos_token }} " : "";
  const { files, tokenizer, config } = wordTokenizer({
    words: random(seed, "vocabulary").shuffle(skill.words),
    specials: SPECIALS[family],
    chatTemplate: `${begin}{% for message in messages %}{{ message['content'] }}{% endfor %}`,
  });
  return { files, tokenizer: createTokenizer(tokenizer, config) };
}

/** The shape of a small agent: two layers, four heads, and the switches of its family. */
export function smallConfig(
  { family, hiddenSize, intermediateSize, layers = 2 }: SmallAgentRecipe,
  vocabSize: number,
): ModelConfig {
  const headDim = hiddenSize / 4;
  return {
    family,
    vocabSize,
    hiddenSize,
    intermediateSize,
    layers,
    heads: 4,
    kvHeads: 4,
    headDim,
    ropeTheta: 10_000,
    ropeScaling: null,
    normEps: 1e-6,
    maxPositions: 256,
    tieWordEmbeddings: true,
    qkvBias: family === "qwen2",
    qkNorm: family === "qwen3" || family === "qwen3_5" || family === "gemma3",
    ...switches(family, { hiddenSize, headDim, layers }),
  };
}

/** What the larger relatives add; the windows are wider than any prompt of the small world. */
function switches(
  family: Family,
  { hiddenSize, headDim, layers }: { hiddenSize: number; headDim: number; layers: number },
): Partial<ModelConfig> {
  const all = <T>(type: T): T[] => Array.from({ length: layers }, () => type);
  switch (family) {
    case "mistral":
      return { slidingWindow: 256, layerTypes: all("sliding" as const) };
    case "gemma3":
      return {
        layerTypes: all("sliding" as const).map((type, i) => (i + 1 === layers ? "full" : type)),
        slidingWindow: 256,
        slidingRopeTheta: 10_000,
        zeroCenteredNorms: true,
        sandwichNorms: true,
        embeddingScale: Math.sqrt(hiddenSize),
        queryScale: headDim ** -0.5,
        activation: "gelu_tanh",
      };
    case "qwen3_5":
      return {
        layerTypes: all("full" as const),
        rotaryDim: 2 * Math.floor(headDim / 4), // pairs are turned, about half of the dimensions
        zeroCenteredNorms: true,
        attentionGate: true,
        delta: { keyHeads: 2, valueHeads: 4, keyDim: headDim, valueDim: headDim, kernel: 4 },
      };
    default:
      return {};
  }
}
