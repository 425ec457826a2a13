import type { Agent } from "../../agent/agent";
import { tf } from "../../engine/tf";
import { logits } from "../../model/transformer";
import type { RawThought, Reading } from "./step";

/**
 * One question's thoughts, read through its agent's output embedding.
 *
 * @param thoughts `[batch, m, d]`
 * @param row which question of the batch; one at a time, since scores over a large vocabulary take room
 */
export async function readThoughts(
  agent: Agent,
  thoughts: tf.Tensor3D,
  row: number,
  top: number,
): Promise<RawThought[]> {
  const [, m, d] = thoughts.shape;
  const [own, values, indices] = tf.tidy(() => {
    const one = tf.slice(thoughts, [row, 0, 0], [1, m, d]);
    const best = tf.topk(tf.softmax(logits(agent.model, one)), Math.min(top, agent.model.config.vocabSize));
    return [one, best.values, best.indices];
  });
  try {
    const vectors = (await own.data()) as Float32Array;
    const probabilities = await values.data();
    const ids = await indices.data();
    const width = values.shape.at(-1)!;
    return Array.from({ length: m }, (_, i) => ({
      vector: vectors.slice(i * d, (i + 1) * d),
      readings: Array.from({ length: width }, (_, k): Reading => {
        const at = i * width + k;
        return { token: tokenText(agent, ids[at]!), probability: probabilities[at]! };
      }),
    }));
  } finally {
    tf.dispose([own, values, indices]);
  }
}

/** A token as a person reads it; a part of a character has no text of its own, and keeps its name. */
function tokenText({ tokenizer }: Agent, id: number): string {
  const name = tokenizer.idToToken(id);
  if (name === undefined) return "?"; // a row of the embedding without a token, as padded vocabularies have
  const text = tokenizer.decode([id], { skipSpecialTokens: false });
  return text === "" || text.includes("\ufffd") ? name : text;
}
