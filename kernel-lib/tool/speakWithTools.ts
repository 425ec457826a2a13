import type { Agent } from "../agent/agent";
import { read } from "../agent/read";
import { type Decoding, speak } from "../agent/speak";
import { checkCount, checkOptions, shown } from "../engine/check";
import { breathe } from "../engine/control";
import type { Random } from "../engine/random";
import { tf } from "../engine/tf";
import { cacheLength, releaseCache, selectCache } from "../model/cache";
import type { Forward } from "../model/transformer";
import { checkTools } from "./checkTools";
import { halting } from "./halting";
import { runCalls } from "./runCalls";
import { Speech, type Spoken } from "./speech";
import { type FoundCall, findCall } from "./tags";
import type { Tool } from "./tool";

/** How an agent speaks with tools. */
export interface SpeakWithToolsOptions extends Decoding {
  tools: readonly Tool[];
  /** Tokens that each question's text may have, results not counted. */
  maxNewTokens: number;
  /** Calls that are carried out per question; one more ends its text. Default: 5, as released. */
  maxCalls?: number;
  /** Needed when sampling: one stream per question. */
  randoms?: readonly Random[];
  signal?: AbortSignal;
}

/** A question's text, its place in the batch, and the tokens of what it has said and heard. */
interface Row {
  place: number;
  speech: Speech;
  ids: readonly number[];
}

/** What all rows share. */
interface Talk {
  agent: Agent;
  start: Forward;
  options: Required<Pick<SpeakWithToolsOptions, "tools" | "maxNewTokens" | "maxCalls">> &
    SpeakWithToolsOptions;
  names: readonly string[];
}

/**
 * Lets an agent write after what it has read, and carries out the tools that it calls by `<name>…</name>`.
 *
 * A question's text halts where it closes a call; what stands after the tag is dropped, the tool runs, ` <result> …
 * </result>` follows, and the agent reads on from `start` over all of its text so far and writes on. Calls are looked for
 * in its own words alone, since the last result. Where the next result does not fit into the model, the text ends with
 * an error in its place.
 *
 * @param start what was read; it is left alone, so the caller still owns it
 * @returns per question of the batch, its text and its calls
 * @throws if an option is out of range or the tools are not a list of tools; AbortedError if the signal fires
 * @example
 * const [spoken] = await speakWithTools(agent, start, { tools: [pythonTool()], maxNewTokens: 512 });
 * spoken.calls[0]   // { tool: "python", input: "print(6 * 7)", output: "42", failed: false, seconds: 0.1 }
 */
export async function speakWithTools(
  agent: Agent,
  start: Forward,
  options: SpeakWithToolsOptions,
): Promise<Spoken[]> {
  checkOptions("speakWithTools", options, "{ tools: [pythonTool()], maxNewTokens: 512 }");
  const { tools, maxNewTokens, maxCalls = 5, signal } = options;
  checkTools(tools);
  checkCount("maxNewTokens", maxNewTokens, "maxNewTokens: 512");
  if (!Number.isInteger(maxCalls) || maxCalls < 0) {
    throw new RangeError(
      `maxCalls is ${shown(maxCalls)}; it must be a whole number of at least 0. Try maxCalls: 5.`,
    );
  }
  const names = tools.map(({ name }) => name);
  const talk: Talk = { agent, start, names, options: { ...options, maxCalls } };
  const batch = start.hidden.shape[0];
  const rows = Array.from(
    { length: batch },
    (_, place): Row => ({ place, speech: new Speech(names, agent.tokenizer), ids: [] }),
  );
  for (
    let going: readonly Row[] = rows;
    going.length > 0;
    going = going.filter(({ speech }) => !speech.done)
  ) {
    await breathe(signal);
    for (const group of together(talk, going)) await write(talk, group);
    await call(talk, going);
  }
  return rows.map(({ speech: { text, answerText, tokens, calls } }) => ({ text, answerText, tokens, calls }));
}

const roomOf = ({ agent, start }: Talk): number => agent.model.config.maxPositions - cacheLength(start.cache);

const leftOf = ({ options }: Talk, { speech }: Row): number => options.maxNewTokens - speech.tokens;

/** Rows that are read in one batch: all, unless the padding of short texts would take room that one of them needs. */
function together(talk: Talk, rows: readonly Row[]): Row[][] {
  const widest = Math.max(...rows.map(({ ids }) => ids.length));
  const longest = Math.max(...rows.map((row) => leftOf(talk, row)));
  return widest + longest <= roomOf(talk) || widest === 0 ? [[...rows]] : rows.map((row) => [row]);
}

/** Lets rows write on until each has closed a call, or has ended. */
async function write(talk: Talk, rows: readonly Row[]): Promise<void> {
  const { agent, options, names } = talk;
  const { tokenizer, model, stopIds } = agent;
  const { temperature, topP, randoms, signal } = options;
  const width = Math.max(...rows.map(({ ids }) => ids.length));
  const closes = halting(tokenizer, names);
  const reading = continued(talk, rows);
  try {
    const { ids, generated } = await speak(model, reading, {
      ...{ temperature, topP, signal, stop: stopIds },
      randoms: randoms && rows.map(({ place }) => randoms[place]!),
      // the last token is not read, so it needs no room
      maxNewTokens: rows.map((row) => Math.min(leftOf(talk, row), roomOf(talk) - width + 1)),
      halt: (said) => closes(said),
    });
    for (const [i, row] of rows.entries()) row.speech.say(after(agent, row.ids, ids[i]!), generated[i]!);
  } finally {
    if (reading !== talk.start) {
      reading.hidden.dispose();
      releaseCache(reading.cache);
    }
  }
}

/** The text of ids where they follow others: some tokenizers write a space there, and none at the beginning of a text. */
function after({ tokenizer }: Agent, before: readonly number[], ids: readonly number[]): string {
  const [past, whole] = [tokenizer.decode(before), tokenizer.decode([...before, ...ids])];
  return whole.startsWith(past) ? whole.slice(past.length) : tokenizer.decode(ids);
}

/** What rows have read when they have read their own texts after `start`. */
function continued({ agent, start }: Talk, rows: readonly Row[]): Forward {
  const places = rows.map(({ place }) => place);
  // before the first call, every row is there and has written nothing
  if (rows.every(({ ids }) => ids.length === 0)) return start;
  let mask: readonly Uint8Array[] = [];
  const { hidden, layers } = tf.tidy(() => {
    const forward = read(
      agent.model,
      [{ ids: rows.map(({ ids }) => ids) }],
      selectCache(start.cache, places),
    );
    mask = forward.cache.mask;
    return { hidden: forward.hidden, layers: forward.cache.layers.map((layer) => ({ ...layer })) };
  });
  return { hidden, cache: { layers, mask } };
}

/** Carries out the calls that rows have just closed; a row without one has ended. */
async function call(talk: Talk, rows: readonly Row[]): Promise<void> {
  const { options, names } = talk;
  const calls = rows.flatMap((row): { row: Row; found: FoundCall }[] => {
    const found = findCall(row.speech.answerText, names);
    if (!found) row.speech.done = true;
    else if (row.speech.calls.length >= options.maxCalls) {
      row.speech.refuse(found, `tool limit reached: ${options.maxCalls} calls`);
    } else return [{ row, found }];
    return [];
  });
  const found = calls.map((each) => each.found);
  const results = await runCalls(options.tools, found, options.signal);
  for (const [i, result] of results.entries()) {
    const { row } = calls[i]!;
    row.speech.hear(found[i]!, result);
    readOn(talk, row);
  }
}

/** Makes a row's text ready to be read, unless it has ended. */
function readOn(talk: Talk, row: Row): void {
  row.ids = talk.agent.tokenizer.encode(row.speech.text);
  if (row.ids.length >= roomOf(talk)) row.speech.runOut();
  else if (leftOf(talk, row) <= 0) row.speech.done = true;
}
