import { type Chunk, read } from "../agent/read";
import { type Decoding, speak } from "../agent/speak";
import { breathe } from "../engine/control";
import { release } from "../engine/memory";
import type { Random } from "../engine/random";
import { tf } from "../engine/tf";
import { releaseCache } from "../model/cache";
import type { Forward } from "../model/transformer";
import { type LatentMail, latentTurn, readLatentTurn } from "./latentTurn";
import type { BatchPiece, PreparedBatch } from "./prepare";
import type { TurnReport, Utterance } from "./rounds/report";
import { edgeName } from "./style";
import type { RecursiveSystem } from "./system";
import { type Turn, turns } from "./turns";

export type { ToolCall, TurnReport, Utterance } from "./rounds/report";

/** How a batch is answered. */
export interface AnswerOptions {
  /** Answer after each of these rounds; the largest is how many are run. */
  answerAt: readonly number[];
  maxNewTokens: number;
  decoding?: Decoding;
  /** One stream of random numbers per question, where text is sampled. */
  randoms?: readonly Random[];
  observe?: (report: TurnReport) => Promise<void> | void;
  signal?: AbortSignal;
}

/** Answers by round, and what each question cost on the way. */
export interface BatchAnswers {
  /** By round of `answerAt`, then by question. */
  byRound: Readonly<Record<number, readonly Utterance[]>>;
  /** Per question: tokens of all messages between agents. */
  messageTokens: readonly number[];
  /** Per question: latent thoughts of all turns. */
  latentSteps: number;
}

/** Runs the rounds of a system on a prepared batch, in the system's medium. */
export async function answerBatch(
  system: RecursiveSystem,
  batch: PreparedBatch,
  { answerAt, maxNewTokens, decoding = {}, randoms, observe, signal }: AnswerOptions,
): Promise<BatchAnswers> {
  const byRound: Record<number, readonly Utterance[]> = {};
  const messageTokens = new Array<number>(batch.size).fill(0);
  const everyone = Array.from({ length: batch.size }, (_, b) => b);
  let latentSteps = 0;
  let said: Record<string, readonly string[]> = {};
  let mail: LatentMail = {};
  try {
    for (const turn of turns(system.style, answerAt)) {
      await breathe(signal);
      const began = performance.now();
      const { agent } = batch.agents[turn.role]!;
      const decode = (start: Forward, maxTokens: number): Promise<Utterance[]> =>
        utter(agent, start, { maxTokens, decoding, randoms, signal });
      const report: Pick<TurnReport, "answers" | "said" | "thoughts"> = {};
      const start = readTurn(system, batch, turn, mail, said);
      try {
        if (turn.answers) {
          report.answers = await decode(start.forward, maxNewTokens);
          byRound[turn.round] = report.answers;
        }
        if (turn.outputs.length > 0 && system.medium === "text") {
          const messages = await decode(start.forward, system.maxMessageTokens);
          for (const [b, { tokens }] of messages.entries()) messageTokens[b]! += tokens;
          const texts = messages.map(({ text }) => text);
          for (const edge of turn.outputs) said = { ...said, [edgeName(edge)]: texts };
          report.said = messages;
        } else if (turn.outputs.length > 0) {
          const { thoughts, sent } = tf.tidy(() =>
            latentTurn(system, system.links, batch, turn, start.forward),
          );
          latentSteps += system.latentSteps;
          for (const [edge, old] of Object.entries(mail)) if (edge in sent) old.dispose();
          mail = { ...mail, ...sent };
          report.thoughts = thoughts;
        }
        const seconds = (performance.now() - began) / 1000;
        await observe?.({ turn, ...report, questions: everyone, seconds });
      } finally {
        report.thoughts?.dispose();
        start.free();
      }
    }
  } finally {
    release(mail);
  }
  return { byRound, messageTokens, latentSteps };
}

/** Reads a turn outside of any gradient; `free` gives back what it took. */
function readTurn(
  system: RecursiveSystem,
  batch: PreparedBatch,
  turn: Turn,
  mail: LatentMail,
  said: Readonly<Record<string, readonly string[]>>,
): { forward: Forward; free: () => void } {
  let mask: Forward["cache"]["mask"] = [];
  const { hidden, layers } = tf.tidy(() => {
    const result = system.medium === "text" ? readText(batch, turn, said) : readLatentTurn(batch, turn, mail);
    mask = result.cache.mask;
    return { hidden: result.hidden, layers: result.cache.layers.map((layer) => ({ ...layer })) };
  });
  const cache = { layers, mask };
  return {
    forward: { hidden, cache },
    free: () => {
      hidden.dispose();
      releaseCache(cache);
    },
  };
}

function readText(
  batch: PreparedBatch,
  turn: Turn,
  said: Readonly<Record<string, readonly string[]>>,
): Forward {
  const { agent, prefix, opening, recurring } = batch.agents[turn.role]!;
  const pieces: readonly BatchPiece[] = turn.inputs.length === 0 && opening ? opening : recurring;
  const chunks = pieces.map((piece): Chunk => {
    if ("rows" in piece) return { ids: piece.rows };
    const edge = turn.inputs.find(({ slot }) => slot === piece.slot)!;
    const rows = said[edgeName(edge)]!.map((text) => agent.tokenizer.encode(text));
    // a silent predecessor still takes a position, or there would be no last state to go on from
    return { ids: rows.map((row) => (row.length > 0 ? row : [agent.stopIds[0]!])) };
  });
  return read(agent.model, chunks, prefix);
}

async function utter(
  agent: PreparedBatch["agents"][string]["agent"],
  start: Forward,
  options: { maxTokens: number; decoding: Decoding; randoms?: readonly Random[]; signal?: AbortSignal },
): Promise<Utterance[]> {
  const { maxTokens, decoding, randoms, signal } = options;
  const { ids, generated } = await speak(agent.model, start, {
    ...decoding,
    stop: agent.stopIds,
    maxNewTokens: maxTokens,
    randoms,
    signal,
  });
  return ids.map((row, b) => ({ text: agent.tokenizer.decode(row), tokens: generated[b]! }));
}
