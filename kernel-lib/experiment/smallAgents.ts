import type { AgentPrompts } from "../agent/agent";
import { random } from "../engine/random";
import type { Family, ModelConfig } from "../model/config";
import { NODE_NAMES } from "../task/forest";
import { createTokenizer, type Tokenizer } from "../text/tokenizer";
import { type TokenizerFiles, wordTokenizer } from "../text/wordTokenizer";

/** How one of the shipped small agents is made. */
export interface SmallAgentRecipe {
  role: "planner" | "critic" | "solver";
  /** The family of the paper's agent in that role. */
  family: Family;
  hiddenSize: number;
  intermediateSize: number;
  seed: number;
  /** The slot that the others' messages fill. */
  slot: string;
  prompts: AgentPrompts;
}

/** Planner Qwen3-, critic Llama-, solver Qwen2.5-shaped, as in the paper's "sequential light", far smaller. */
export const SMALL_SEQUENTIAL: readonly SmallAgentRecipe[] = [
  {
    role: "planner",
    family: "qwen3",
    hiddenSize: 64,
    intermediateSize: 128,
    seed: 1,
    slot: "feedback",
    prompts: { opening: "{{ forest }} plan go {{ start }}", recurring: "{{ forest }} plan <<feedback>>" },
  },
  {
    role: "critic",
    family: "llama",
    hiddenSize: 48,
    intermediateSize: 144,
    seed: 2,
    slot: "plan",
    prompts: { recurring: "{{ forest }} check <<plan>>" },
  },
  {
    role: "solver",
    family: "qwen2",
    hiddenSize: 80,
    intermediateSize: 160,
    seed: 3,
    slot: "refined",
    prompts: { recurring: "{{ forest }} solve <<refined>>" },
  },
];

const ROLE_WORDS = { planner: "plan", critic: "check", solver: "solve" } as const;

// each family writes its special tokens in its own way
const SPECIALS: Record<Family, { pad: string; unk: string; bos: string; eos: string }> = {
  qwen2: { pad: "<|endoftext|>", unk: "<|unk|>", bos: "<|im_start|>", eos: "<|im_end|>" },
  qwen3: { pad: "<|endoftext|>", unk: "<|unk|>", bos: "<|im_start|>", eos: "<|im_end|>" },
  qwen3_5: { pad: "<|endoftext|>", unk: "<|unk|>", bos: "<|im_start|>", eos: "<|im_end|>" },
  gemma3: { pad: "<pad>", unk: "<unk>", bos: "<bos>", eos: "<end_of_turn>" },
  mistral: { pad: "<pad>", unk: "<unk>", bos: "<s>", eos: "</s>" },
  llama: { pad: "<|finetune_right_pad_id|>", unk: "<|unk|>", bos: "<|begin_of_text|>", eos: "<|eot_id|>" },
};

/** The tokenizer of a small agent: whole words, in an order of its own, so that no two agents share ids. */
export function smallTokenizer({ role, family, seed }: SmallAgentRecipe): {
  files: TokenizerFiles["files"];
  tokenizer: Tokenizer;
} {
  const words = [";", "is", "parent", "of", ",", "go", ROLE_WORDS[role], ...NODE_NAMES];
  const begin = family === "llama" ? "{{ bos_token }} " : "";
  const { files, tokenizer, config } = wordTokenizer({
    words: random(seed, "vocabulary").shuffle(words),
    specials: SPECIALS[family],
    chatTemplate: `${begin}{% for message in messages %}{{ message['content'] }}{% endfor %}`,
  });
  return { files, tokenizer: createTokenizer(tokenizer, config) };
}

/** The shape of a small agent: two layers, four heads. */
export function smallConfig(
  { family, hiddenSize, intermediateSize }: SmallAgentRecipe,
  vocabSize: number,
): ModelConfig {
  return {
    family,
    vocabSize,
    hiddenSize,
    intermediateSize,
    layers: 2,
    heads: 4,
    kvHeads: 4,
    headDim: hiddenSize / 4,
    ropeTheta: 10_000,
    ropeScaling: null,
    normEps: 1e-6,
    maxPositions: 256,
    tieWordEmbeddings: true,
    qkvBias: family === "qwen2",
    qkNorm: family === "qwen3",
  };
}
