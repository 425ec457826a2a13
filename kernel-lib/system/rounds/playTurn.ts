import { tf } from "../../engine/tf";
import { selectRows, takeRows } from "../../model/cache";
import type { AnswerOptions } from "../answer";
import { latentTurn } from "../latentTurn";
import { cutTo } from "../messageLimits";
import { type Edge, edgeName } from "../style";
import type { RecursiveSystem } from "../system";
import type { Turn } from "../turns";
import type { Watch } from "./earlyExit";
import type { Ledger } from "./ledger";
import { outbox, withoutRead } from "./mail";
import { type Held, held, readTurn } from "./readTurn";
import type { Utterance } from "./report";
import type { Rows } from "./rows";
import { pick } from "./selectQuestions";
import { utter, utterWithTools, type Voice } from "./utter";

/** What the turns of a run share. */
export interface Run {
  system: RecursiveSystem;
  options: AnswerOptions;
  rows: Rows;
  ledger: Ledger;
  /** Present where questions may end in this turn. */
  watch?: Watch;
}

/** What has come of a turn so far, row by row with the questions that are left. */
interface Outcome {
  reading: Held;
  answers?: Utterance[];
  thoughts?: tf.Tensor3D;
  said?: Utterance[];
}

/**
 * One agent's turn for all questions that are left: it reads, and from that one reading answers, thinks and speaks, as
 * the turn and the media of its edges ask. Questions that come to rest in it leave with their answers.
 */
export async function playTurn(run: Run, turn: Turn): Promise<void> {
  const { system, rows, watch } = run;
  const began = performance.now();
  const by = (medium: string): Edge[] =>
    turn.outputs.filter((edge) => system.mediumOf(edgeName(edge)) === medium);
  const [inLatents, inText] = [by("latent"), by("text")];
  const outcome: Outcome = { reading: held(() => readTurn(rows.batch, turn, rows.mail)) };
  rows.mail = withoutRead(rows.mail, turn);
  try {
    if (turn.answers || watch?.answer) {
      outcome.answers = await answer(run, turn, outcome.reading, rows.questions);
      await part(run, turn, outcome, watch?.afterAnswers(rows.questions, outcome.answers), began);
    }
    if (rows.questions.length > 0 && (inLatents.length > 0 || watch?.latents !== undefined)) {
      const thoughts = think(run, turn, outcome.reading, inLatents);
      outcome.thoughts = thoughts;
      await part(run, turn, outcome, await watch?.afterThoughts(rows.questions, thoughts), began);
    }
    if (rows.questions.length > 0 && inText.length > 0) {
      outcome.said = await say(run, turn, outcome.reading, inText);
    }
    if (rows.questions.length > 0) await tell(run, turn, rows.questions, outcome, began);
  } finally {
    outcome.thoughts?.dispose();
    outcome.reading.free();
  }
}

/** Lets the questions at some rows go, answered, and narrows everything to the others. */
async function part(
  run: Run,
  turn: Turn,
  outcome: Outcome,
  places: readonly number[] = [],
  began: number,
): Promise<void> {
  if (places.length === 0) return;
  const { rows, ledger } = run;
  const leaving = pick(rows.questions, places);
  const answers = outcome.answers
    ? pick(outcome.answers, places)
    : await answerAt(run, turn, outcome.reading, places);
  ledger.ended(turn.round, leaving, answers);
  const thoughts = outcome.thoughts && takeRows(outcome.thoughts, places);
  try {
    await tell(run, turn, leaving, { answers, thoughts }, began);
  } finally {
    thoughts?.dispose();
  }
  const left = rows.questions.flatMap((_, row) => (places.includes(row) ? [] : [row]));
  rows.keep(left);
  if (left.length > 0) narrow(outcome, left);
}

function narrow(outcome: Outcome, left: readonly number[]): void {
  const { reading, thoughts } = outcome;
  outcome.answers = outcome.answers && pick(outcome.answers, left);
  outcome.thoughts = thoughts && takeRows(thoughts, left);
  outcome.reading = held(() => selectRows(reading.forward, left));
  thoughts?.dispose();
  reading.free();
}

async function answer(
  { system, options, ledger }: Run,
  turn: Turn,
  { forward }: Held,
  questions: readonly number[],
): Promise<Utterance[]> {
  const answers = await utterWithTools(system.agents[turn.role]!, forward, system.tools, {
    ...voice(options, questions),
    maxTokens: options.maxNewTokens,
  });
  ledger.answered(turn.round, questions, answers);
  return answers;
}

async function answerAt(
  run: Run,
  turn: Turn,
  { forward }: Held,
  places: readonly number[],
): Promise<Utterance[]> {
  const some = held(() => selectRows(forward, places));
  try {
    return await answer(run, turn, some, pick(run.rows.questions, places));
  } finally {
    some.free();
  }
}

function think(
  { system, rows, ledger }: Run,
  turn: Turn,
  { forward }: Held,
  outputs: readonly Edge[],
): tf.Tensor3D {
  const { thoughts, sent } = tf.tidy(() =>
    latentTurn(system, system.links, rows.batch, { ...turn, outputs }, forward),
  );
  rows.mail = { ...rows.mail, ...sent };
  ledger.thought(rows.questions, system.latentSteps);
  return thoughts;
}

async function say(
  { system, options, rows, ledger }: Run,
  turn: Turn,
  { forward }: Held,
  outputs: readonly Edge[],
): Promise<Utterance[]> {
  const { tokens = Infinity, characters } = system.messageLimits[turn.role] ?? {};
  const written = await utter(system.agents[turn.role]!, forward, {
    ...voice(options, rows.questions),
    maxTokens: Math.min(system.maxMessageTokens, tokens),
  });
  ledger.said(rows.questions, written);
  const messages = written.map((message) => ({ ...message, text: cutTo(message.text, characters) }));
  const texts = messages.map(({ text }) => text);
  rows.mail = { ...rows.mail, ...Object.fromEntries(outputs.map((edge) => [outbox(edge, turn), texts])) };
  return messages;
}

const voice = (
  { decoding = {}, randoms, signal }: AnswerOptions,
  questions: readonly number[],
): Omit<Voice, "maxTokens"> => ({ decoding, randoms: randoms && pick(randoms, questions), signal });

async function tell(
  { options }: Run,
  turn: Turn,
  questions: readonly number[],
  { answers, thoughts, said }: Omit<Outcome, "reading">,
  began: number,
): Promise<void> {
  const seconds = (performance.now() - began) / 1000;
  const parts = { ...(answers && { answers }), ...(thoughts && { thoughts }), ...(said && { said }) };
  await options.observe?.({ turn, ...parts, questions, seconds });
}
