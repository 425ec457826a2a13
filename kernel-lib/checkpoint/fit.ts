import type { ModelConfig } from "../model/config";
import { parameterSpecs } from "../model/parameters";
import type { Tokenizer } from "../text/tokenizer";

const ONE_MODEL = "weights and configuration of the same model";

/** Throws unless the shapes found, by name, are exactly those of the configuration. */
export function checkTensors(
  found: ReadonlyMap<string, readonly number[]>,
  config: ModelConfig,
  source: string,
): void {
  const expected = parameterSpecs(config);
  const missing = expected.filter(({ name }) => !found.has(name));
  if (missing.length > 0) {
    const { name } = missing[0]!;
    const [hint, attempt] =
      name === "lm_head.weight"
        ? [" (tie_word_embeddings is false in the configuration)", "tie_word_embeddings: true"]
        : ["", ONE_MODEL];
    throw new Error(
      `${source}: ${missing.length} of ${expected.length} tensors are missing, first ${name}${hint}. ` +
        `Try ${attempt}.`,
    );
  }
  const known = new Set(expected.map(({ name }) => name));
  const extra = [...found.keys()].filter((name) => !known.has(name));
  if (extra.length > 0) {
    throw new Error(
      `${source}: ${extra.length} tensors do not belong to a ${config.family} of ${config.layers} layers, ` +
        `first ${extra[0]}. Try ${ONE_MODEL}.`,
    );
  }
  for (const { name, shape } of expected) {
    if (`${found.get(name)}` !== `${shape}`) {
      throw new Error(
        `${source}: ${name} is [${found.get(name)}], the configuration asks for [${shape}]. Try ${ONE_MODEL}.`,
      );
    }
  }
}

/** Throws if a token has no row in the embedding matrix. */
export function checkVocabulary(tokenizer: Tokenizer, config: ModelConfig, source: string): void {
  if (tokenizer.vocabSize > config.vocabSize) {
    throw new Error(
      `${source}: the tokenizer's ids reach ${tokenizer.vocabSize - 1} but vocab_size is ${config.vocabSize}. ` +
        "Try the tokenizer that came with the weights.",
    );
  }
}

/** Older savers also kept the tied head and the rotary frequencies, both of which follow from the rest. */
export function isRedundant(name: string, config: ModelConfig): boolean {
  return name.endsWith(".rotary_emb.inv_freq") || (config.tieWordEmbeddings && name === "lm_head.weight");
}
