import type { Agent } from "../agent/agent";
import { renderPrompt } from "../agent/prompt";
import { read } from "../agent/read";
import { speak } from "../agent/speak";
import { release } from "../engine/memory";
import { tf } from "../engine/tf";
import { releaseCache } from "../model/cache";
import type { ExamQuestion } from "../task/skills";

/** How often a small agent says what it was taught to, word for word, on questions that no lesson has shown. */
export async function examine(
  agent: Agent,
  slots: readonly string[],
  exam: readonly ExamQuestion[],
): Promise<number> {
  const rows = exam.map(({ context, slots: heard, said = "" }) => [
    ...renderPrompt(agent, context, slots).flatMap((piece) =>
      piece.kind === "ids" ? piece.ids : agent.tokenizer.encode(heard[piece.name]!),
    ),
    ...agent.tokenizer.encode(said),
  ]);
  let mask: Uint8Array[] = [];
  const { hidden, layers } = tf.tidy(() => {
    const result = read(agent.model, [{ ids: rows }]);
    mask = [...result.cache.mask];
    return { hidden: result.hidden, layers: result.cache.layers.map((layer) => ({ ...layer })) };
  });
  const longest = Math.max(...exam.map(({ reply }) => agent.tokenizer.encode(reply).length));
  const { ids } = await speak(
    agent.model,
    { hidden, cache: { layers, mask } },
    { stop: agent.stopIds, maxNewTokens: longest + 1 },
  );
  release(hidden);
  releaseCache({ layers, mask });
  const right = ids.filter((row, i) => agent.tokenizer.decode(row) === exam[i]!.reply);
  return right.length / exam.length;
}
