import type { Agent } from "../agent/agent";
import { type PromptPiece, type Question, renderPrompt } from "../agent/prompt";
import { read } from "../agent/read";
import { tf } from "../engine/tf";
import { type Cache, releaseCache } from "../model/cache";
import type { Edge } from "./style";
import type { RecursiveSystem } from "./system";
import { readsOpening } from "./turns";

/** A piece of a prompt for a batch: one row of ids per question, or a slot to fill for all. */
export type BatchPiece = { rows: number[][] } | { slot: string };

/** An agent's prompts for a batch, the part that never changes already read. */
export interface PreparedAgent {
  agent: Agent;
  /** The cache after the words that both prompts begin with; undefined if they begin differently. */
  prefix: Cache | undefined;
  /** What follows the prefix in the first round; null if that is no other prompt than later. */
  opening: readonly BatchPiece[] | null;
  /** What follows the prefix when there are messages for every slot. */
  recurring: readonly BatchPiece[];
}

/** A batch of questions, ready for any number of rounds. */
export interface PreparedBatch {
  agents: Readonly<Record<string, PreparedAgent>>;
  size: number;
}

/**
 * Renders and tokenises the prompts of a batch and reads their unchanging beginnings once. Later rounds run only the
 * slot and what follows it; the released code runs the whole prompt again for every latent step.
 *
 * @throws if a prompt is longer than its model can read, is empty, or ends in its slot for some questions only
 */
export function prepareBatch(
  { style, agents }: RecursiveSystem,
  questions: readonly Question[],
): PreparedBatch {
  const prepared: Record<string, PreparedAgent> = {};
  const batch: PreparedBatch = { agents: prepared, size: questions.length };
  try {
    for (const role of style.order) {
      const agent = agents[role]!;
      const inputs = style.edges.filter(({ to }) => to === role);
      const render = (filled: readonly Edge[], first: boolean): Prompt[] => {
        const slots = filled.map(({ slot }) => slot);
        return questions.map((question) => cutAtSlots(renderPrompt(agent, question, slots, { first })));
      };
      const opening = readsOpening(style, role) ? render(inputs.filter(inSameRound), true) : null;
      prepared[role] = prepareAgent(agent, opening, render(inputs, inputs.length === 0));
    }
    return batch;
  } catch (error) {
    releaseBatch(batch);
    throw error;
  }
}

const inSameRound = ({ feedback }: Edge): boolean => !feedback;

export function releaseBatch({ agents }: PreparedBatch): void {
  for (const { prefix } of Object.values(agents)) if (prefix) releaseCache(prefix);
}

/** One question's prompt: the ids before, between and after its slots; a text may be empty. */
interface Prompt {
  texts: number[][];
  slots: string[];
}

function cutAtSlots(pieces: readonly PromptPiece[]): Prompt {
  const prompt: Prompt = { texts: [[]], slots: [] };
  for (const piece of pieces) {
    if (piece.kind === "ids") prompt.texts.at(-1)!.push(...piece.ids);
    else {
      prompt.slots.push(piece.name);
      prompt.texts.push([]);
    }
  }
  return prompt;
}

function prepareAgent(
  agent: Agent,
  opening: readonly Prompt[] | null,
  recurring: readonly Prompt[],
): PreparedAgent {
  for (const prompts of opening ? [opening, recurring] : [recurring]) {
    checkEnds(agent, prompts);
    checkLength(agent, prompts);
  }
  const lengths = recurring.map((prompt, b) => sharedLength(prompt, opening?.[b] ?? prompt));
  const shared = lengths.every((length) => length > 0);
  const skip = shared ? lengths : lengths.map(() => 0);
  const prefixRows = recurring.map(({ texts }, b) => texts[0]!.slice(0, skip[b]));
  return {
    agent,
    prefix: shared ? readPrefix(agent, prefixRows) : undefined,
    opening: opening && stack(opening, skip),
    recurring: stack(recurring, skip),
  };
}

function readPrefix(agent: Agent, rows: readonly number[][]): Cache {
  let mask: Cache["mask"] = [];
  // tidy walks into what it gets back, so the mask goes around it
  const layers = tf.tidy(() => {
    const { cache } = read(agent.model, [{ ids: rows }]);
    mask = cache.mask;
    return cache.layers.map((layer) => ({ ...layer }));
  });
  return { layers, mask };
}

/** Turns one prompt per question into one list of pieces for the batch, the first `skip` ids left out. */
function stack(prompts: readonly Prompt[], skip: readonly number[]): BatchPiece[] {
  const { slots } = prompts[0]!;
  const textAt = (i: number): BatchPiece[] => {
    const rows = prompts.map(({ texts }, b) => texts[i]!.slice(i === 0 ? skip[b] : 0));
    return rows.some((row) => row.length > 0) ? [{ rows }] : [];
  };
  return [...slots.flatMap((slot, i): BatchPiece[] => [...textAt(i), { slot }]), ...textAt(slots.length)];
}

/** How many ids two prompts begin with alike, at least one thing left to read after them in each. */
function sharedLength(a: Prompt, b: Prompt): number {
  const [limit, other] = [a, b].map(({ texts, slots }) => texts[0]!.length - (slots.length > 0 ? 0 : 1));
  const most = Math.min(limit!, other!);
  let length = 0;
  while (length < most && a.texts[0]![length] === b.texts[0]![length]) length++;
  return length;
}

/** An agent goes on from its last state, which must not lie in the padding of a shorter row. */
function checkEnds({ name }: Agent, prompts: readonly Prompt[]): void {
  const words = prompts.filter(({ texts }) => texts.at(-1)!.length > 0).length;
  if (words === prompts.length) return;
  if (prompts[0]!.slots.length === 0)
    throw new Error(
      `the prompt of "${name}" is empty, and an agent reads at least a word. ` +
        'Try agent.withPrompts({ recurring: "…" }).',
    );
  if (words === 0) return;
  throw new Error(
    `the prompt of "${name}" ends with words for some questions and with a slot for others. ` +
      "Try a word that is always there at its end, or the slot.",
  );
}

function checkLength(agent: Agent, prompts: readonly Prompt[]): void {
  const { maxPositions } = agent.model.config;
  const longest = Math.max(...prompts.map(({ texts }) => texts.reduce((sum, ids) => sum + ids.length, 0)));
  if (longest < maxPositions) return;
  throw new RangeError(
    `the prompt of "${agent.name}" is ${longest} tokens long, and its model reads at most ${maxPositions}, ` +
      "messages and answer included. Try a shorter question or prompt.",
  );
}
