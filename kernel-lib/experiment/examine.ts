import type { Agent } from "../agent/agent";
import { renderPrompt } from "../agent/prompt";
import { read } from "../agent/read";
import { speak } from "../agent/speak";
import { release } from "../engine/memory";
import { tf } from "../engine/tf";
import { releaseCache } from "../model/cache";
import { oneHopExam } from "../task/oneHopCheck";

/**
 * How often a small agent says one hop right, word for word, on forests it was not trained on.
 *
 * @param options.words how many of the last words of the message before it are in its slot
 */
export async function examineOneHop(
  agent: Agent,
  slot: string,
  { seed = 0, size = 500, words }: { seed?: number; size?: number; words: number },
): Promise<number> {
  const exam = oneHopExam(seed, size, words);
  const rows = exam.map(({ forest, slot: said }) =>
    renderPrompt(agent, { forest, start: "" }, [slot]).flatMap((piece) =>
      piece.kind === "ids" ? piece.ids : agent.tokenizer.encode(said),
    ),
  );
  let mask: Uint8Array[] = [];
  const { hidden, layers } = tf.tidy(() => {
    const result = read(agent.model, [{ ids: rows }]);
    mask = [...result.cache.mask];
    return { hidden: result.hidden, layers: result.cache.layers.map((layer) => ({ ...layer })) };
  });
  const { ids } = await speak(
    agent.model,
    { hidden, cache: { layers, mask } },
    { stop: agent.stopIds, maxNewTokens: 12 },
  );
  release(hidden);
  releaseCache({ layers, mask });
  const right = ids.filter((row, i) => agent.tokenizer.decode(row) === exam[i]!.reply);
  return right.length / exam.length;
}
