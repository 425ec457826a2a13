import type { Agent } from "../agent/agent";
import { type PromptPiece, type Question, renderPrompt } from "../agent/prompt";
import { read } from "../agent/read";
import { tf } from "../engine/tf";
import { type Cache, releaseCache } from "../model/cache";
import type { RecursiveSystem } from "./system";

/** A piece of a prompt for a batch: one row of ids per question, or a slot to fill for all. */
export type BatchPiece = { rows: number[][] } | { slot: string };

/** An agent's prompts for a batch, the part that never changes already read. */
export interface PreparedAgent {
  agent: Agent;
  /** The cache after the words that both prompts begin with; undefined if they begin differently. */
  prefix: Cache | undefined;
  /** What follows the prefix when nothing has been said yet; null if the agent never starts. */
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
 * @throws if a prompt is longer than its model can read
 */
export function prepareBatch(
  { style, agents }: RecursiveSystem,
  questions: readonly Question[],
): PreparedBatch {
  const prepared = style.order.map((role): [string, PreparedAgent] => {
    const agent = agents[role]!;
    const inputs = style.edges.filter(({ to }) => to === role);
    const starts = inputs.every(({ feedback }) => feedback);
    const recurring = questions.map((question) =>
      renderPrompt(
        agent,
        question,
        inputs.map(({ slot }) => slot),
      ),
    );
    const opening = starts ? questions.map((question) => renderPrompt(agent, question, [])) : null;
    return [role, prepareAgent(agent, opening, recurring)];
  });
  return { agents: Object.fromEntries(prepared), size: questions.length };
}

export function releaseBatch({ agents }: PreparedBatch): void {
  for (const { prefix } of Object.values(agents)) if (prefix) releaseCache(prefix);
}

function prepareAgent(
  agent: Agent,
  opening: readonly PromptPiece[][] | null,
  recurring: readonly PromptPiece[][],
): PreparedAgent {
  const first = recurring.map((pieces) => idsOf(pieces[0]));
  const other = opening?.map((pieces) => idsOf(pieces[0])) ?? first;
  const lengths = first.map((ids, b) => commonLength(ids, other[b]!));
  const shared = lengths.every((length) => length > 0);
  const skip = shared ? lengths : lengths.map(() => 0);
  const prefixRows = first.map((ids, b) => ids.slice(0, skip[b]));
  checkLength(agent, prefixRows, recurring);
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
function stack(prompts: readonly PromptPiece[][], skip: readonly number[]): BatchPiece[] {
  return prompts[0]!.flatMap((piece, i): BatchPiece[] => {
    if (piece.kind === "slot") return [{ slot: piece.name }];
    const rows = prompts.map((pieces, b) => idsOf(pieces[i]).slice(i === 0 ? skip[b] : 0));
    return rows.some((row) => row.length > 0) ? [{ rows }] : [];
  });
}

const idsOf = (piece: PromptPiece | undefined): number[] => (piece?.kind === "ids" ? piece.ids : []);

function commonLength(a: readonly number[], b: readonly number[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

function checkLength(agent: Agent, rows: readonly number[][], prompts: readonly PromptPiece[][]): void {
  const { maxPositions } = agent.model.config;
  const longest = Math.max(
    ...rows.map((row) => row.length),
    ...prompts.map((pieces) => pieces.reduce((sum, piece) => sum + idsOf(piece).length, 0)),
  );
  if (longest < maxPositions) return;
  throw new RangeError(
    `the prompt of "${agent.name}" is ${longest} tokens long, and its model reads at most ${maxPositions}, ` +
      "messages and answer included; shorten the question",
  );
}
