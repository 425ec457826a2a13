import type { Agent } from "../../agent/agent";
import { type Decoding, speak } from "../../agent/speak";
import type { Random } from "../../engine/random";
import type { Forward } from "../../model/transformer";
import { speakWithTools } from "../../tool/speakWithTools";
import type { Tool } from "../../tool/tool";
import type { Utterance } from "./report";

/** How an agent speaks: its decoding, and one stream of random numbers per row where it is sampled. */
export interface Voice {
  maxTokens: number;
  decoding: Decoding;
  randoms?: readonly Random[];
  signal?: AbortSignal;
}

/** Lets an agent speak after what it has read, one text per question. */
export async function utter(
  agent: Agent,
  start: Forward,
  { maxTokens, decoding, randoms, signal }: Voice,
): Promise<Utterance[]> {
  const { ids, generated } = await speak(agent.model, start, {
    ...decoding,
    stop: agent.stopIds,
    maxNewTokens: maxTokens,
    randoms,
    signal,
  });
  return ids.map((row, b) => ({ text: agent.tokenizer.decode(row), tokens: generated[b]! }));
}

/** The same, with tools that the agent may call on the way; its text is then what it says after the last result. */
export async function utterWithTools(
  agent: Agent,
  start: Forward,
  tools: readonly Tool[],
  { maxTokens, decoding, randoms, signal }: Voice,
): Promise<Utterance[]> {
  if (tools.length === 0) return utter(agent, start, { maxTokens, decoding, randoms, signal });
  const spoken = await speakWithTools(agent, start, {
    ...decoding,
    tools,
    maxNewTokens: maxTokens,
    randoms,
    signal,
  });
  return spoken.map(({ text, answerText, tokens, calls }) =>
    calls.length === 0 ? { text, tokens } : { text: answerText.trimStart(), tokens, calls, whole: text },
  );
}
