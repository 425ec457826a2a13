import { Agent, type AgentPrompts } from "../../kernel-lib/agent/agent";
import { tf } from "../../kernel-lib/engine/tf";
import type { ModelConfig } from "../../kernel-lib/model/config";
import { parameterSpecs } from "../../kernel-lib/model/parameters";
import { createTokenizer } from "../../kernel-lib/text/tokenizer";
import { wordTokenizer } from "../../kernel-lib/text/wordTokenizer";

/**
 * An agent that answers to the last word it has read, by a table, and to any other word with its end token `<eos>`.
 *
 * Its embeddings are unit vectors, its layer adds nothing, and its output embedding is the table.
 */
export function riggedAgent(
  name: string,
  words: readonly string[],
  after: Readonly<Record<string, string>>,
  prompts: AgentPrompts,
): Agent {
  const files = wordTokenizer({ words });
  const tokenizer = createTokenizer(files.tokenizer, files.config);
  const vocabSize = tokenizer.vocabSize;
  const config: ModelConfig = {
    family: "llama",
    vocabSize,
    hiddenSize: vocabSize,
    intermediateSize: 2,
    layers: 1,
    heads: 1,
    kvHeads: 1,
    headDim: 2,
    ropeTheta: 10_000,
    ropeScaling: null,
    normEps: 1e-6,
    maxPositions: 64,
    tieWordEmbeddings: false,
    qkvBias: false,
    qkNorm: false,
  };
  const idOf = (word: string): number => (word === "<eos>" ? tokenizer.eosId! : tokenizer.encode(word)[0]!);
  const table = tf.buffer([vocabSize, vocabSize]);
  const said = new Map(Object.entries(after).map(([word, next]) => [idOf(word), idOf(next)]));
  for (let id = 0; id < vocabSize; id++) table.set(1, id, said.get(id) ?? tokenizer.eosId!);

  const weights = Object.fromEntries(
    parameterSpecs(config).map(({ name: key, kind, shape }): [string, tf.Tensor] => {
      if (key === "lm_head.weight") return [key, table.toTensor()];
      if (kind === "embedding") return [key, tf.eye(vocabSize)];
      if (kind === "vector") return [key, tf.ones([...shape])];
      return [key, tf.zeros([...shape].reverse())];
    }),
  );
  return new Agent({ name, model: { config, weights }, tokenizer, stopIds: [tokenizer.eosId!], prompts });
}
