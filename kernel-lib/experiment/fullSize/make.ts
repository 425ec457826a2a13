import { join } from "node:path";
import { writeFileAtomic } from "../../checkpoint/atomic";
import { type TensorMaker, writeBfloat16Shards } from "../../checkpoint/bfloat16";
import type { LoopControl } from "../../engine/control";
import { random } from "../../engine/random";
import { parseConfig } from "../../model/huggingface";
import { type ParameterSpec, parameterSpecs } from "../../model/parameters";
import type { FullSizeModel } from "./shape";

/**
 * Makes up a checkpoint as it would come from the hub: the configuration as published, random weights in bfloat16 in
 * several files, and a tokenizer of bytes in the place of the real one.
 */
export async function makeCheckpoint(
  folder: string,
  { hf, shardBytes }: FullSizeModel,
  { seed = 0, ...control }: { seed?: number } & LoopControl = {},
): Promise<void> {
  const config = parseConfig({ ...hf }, "the configuration");
  const files = {
    "config.json": hf,
    "generation_config.json": { eos_token_id: [hf.eos_token_id, hf.bos_token_id] },
    ...byteTokenizer(hf.bos_token_id, hf.eos_token_id),
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFileAtomic(join(folder, name), `${JSON.stringify(content, null, 2)}\n`);
  }
  const tensors = parameterSpecs(config).map((spec) => randomTensor(spec, seed));
  await writeBfloat16Shards(folder, tensors, { ...control, shardBytes });
}

/** Uniform with a standard deviation of 0.02, which is what models of this family start from; norms are ones. */
function randomTensor({ name, shape, kind }: ParameterSpec, seed: number): TensorMaker {
  const stream = random(seed, name);
  const width = 0.02 * Math.sqrt(12);
  const fill = (block: Float32Array): void => {
    for (let i = 0; i < block.length; i++) block[i] = width * (stream.uniform() - 0.5);
  };
  return { name, shape, fill: kind === "vector" ? (block) => block.fill(1) : fill };
}

/** Byte-level, without merges: a token per byte, and the two special tokens where the model has them. */
function byteTokenizer(bos: number, eos: number): Record<string, unknown> {
  const special = (id: number, content: string) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const [begin, end] = ["<|endoftext|>", "<|im_end|>"];
  return {
    "tokenizer.json": {
      version: "1.0",
      truncation: null,
      padding: null,
      added_tokens: [special(bos, begin), special(eos, end)],
      normalizer: null,
      pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
      post_processor: null,
      decoder: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
      model: { type: "BPE", vocab: byteVocabulary(), merges: [] },
    },
    "tokenizer_config.json": { bos_token: begin, eos_token: end, pad_token: begin, model_max_length: 131072 },
  };
}

/** The printable stand-ins of GPT-2: printable Latin-1 for itself, the others from U+0100 on. */
function byteVocabulary(): Record<string, number> {
  let next = 256;
  const standIn = (byte: number): number => {
    const printable = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    return printable ? byte : next++;
  };
  return Object.fromEntries(
    Array.from({ length: 256 }, (_, byte) => [String.fromCharCode(standIn(byte)), byte]),
  );
}
