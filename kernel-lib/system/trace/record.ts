import type { Question } from "../../agent/prompt";
import type { Decoding } from "../../agent/speak";
import { checkCount, shown } from "../../engine/check";
import { AbortedError, breathe, type LoopControl, signalOf } from "../../engine/control";
import { withProgress } from "../../engine/progress";
import { random } from "../../engine/random";
import { answerBatch, type EarlyExit } from "../answer";
import { checkSystem } from "../checkSystem";
import { prepareBatch, releaseBatch } from "../prepare";
import type { TurnReport } from "../rounds/report";
import type { RecursiveSystem } from "../system";
import { heardIn, promptText } from "./promptText";
import { readThoughts } from "./readThoughts";
import { measured, type TraceStep } from "./step";
import { Trace, type TracedSystem } from "./trace";

/** A question to trace; those of a task are. */
export interface TraceExample {
  id: string;
  question: Question;
  answer: string;
}

/** How a question is answered and looked at. */
export interface TraceOptions extends LoopControl {
  /** Rounds of recursion. Default 3. */
  rounds?: number;
  /** How many tokens to read a thought as. Default 3. */
  top?: number;
  /** The longest answer, in tokens. Default 12. */
  maxNewTokens?: number;
  /** Default greedy. */
  decoding?: Decoding;
  /** Lets the question end by itself, before the last round. Default: it does not. */
  earlyExit?: EarlyExit;
  /** Of sampled decoding; a question draws the same as in `evaluate`. Default 0. */
  seed?: number;
}

/**
 * Answers one question and records every turn: the prompt as it was read, latent thoughts with the tokens they are
 * nearest to, or the text said, tools used, tokens and time. Without `onProgress` it tells no progress.
 *
 * @throws RangeError on wrong options; AbortedError when stopped, with the turns until then as `partial`, a trace
 * @example await trace(mas, task.test[0], { rounds: 3 })
 */
export async function trace(
  system: RecursiveSystem,
  example: TraceExample,
  { onProgress = null, ...options }: TraceOptions = {},
): Promise<Trace> {
  try {
    const [one] = await traceMany(system, [example], { onProgress, ...options });
    return one!;
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
    const [partial] = error.partial as Trace[];
    throw new AbortedError(
      `tracing stopped in round ${Math.max(1, partial!.rounds)}; its turns are kept`,
      partial,
    );
  }
}

/**
 * Answers questions in batches and records every turn of each, as {@link trace} does of one.
 *
 * @param options.batchSize questions that run together. Default 16
 * @throws RangeError on wrong options; AbortedError when stopped, with the traces so far as `partial`, of which those
 *   of the last batch end early
 * @example latentMap(await traceMany(mas, task.test.slice(0, 50), { rounds: 3 }))
 */
export async function traceMany(
  system: RecursiveSystem,
  examples: readonly TraceExample[],
  {
    rounds = 3,
    top = 3,
    maxNewTokens = 12,
    decoding = {},
    earlyExit,
    seed = 0,
    batchSize = 16,
    ...control
  }: TraceOptions & { batchSize?: number } = {},
): Promise<Trace[]> {
  checkSystem(system);
  checkExamples(examples);
  for (const [name, value] of Object.entries({ rounds, top, maxNewTokens, batchSize }))
    checkCount(name, value);
  const signal = signalOf(control);
  const traces: Trace[] = [];
  await withProgress(control, { label: "tracing", total: examples.length }, async (report) => {
    for (let from = 0; from < examples.length; from += batchSize) {
      const batch = examples.slice(from, from + batchSize);
      const steps = batch.map((): TraceStep[] => []);
      const finish = (): Trace[] => batch.map((example, b) => traceOf(system, example, steps[b]!));
      try {
        await record(system, batch, steps, { rounds, top, maxNewTokens, decoding, earlyExit, seed, signal });
      } catch (error) {
        if (!(error instanceof AbortedError)) throw error;
        const message = `tracing stopped after ${from} of ${examples.length} questions; what was traced is kept`;
        throw new AbortedError(message, [...traces, ...finish()]);
      }
      traces.push(...finish());
      report(from + batch.length);
    }
  });
  return traces;
}

type RecordOptions = Required<Pick<TraceOptions, "rounds" | "top" | "maxNewTokens" | "decoding" | "seed">> &
  Pick<TraceOptions, "earlyExit" | "signal">;

/** Answers a batch; every turn adds a step to those of its questions. */
async function record(
  system: RecursiveSystem,
  examples: readonly TraceExample[],
  steps: readonly TraceStep[][],
  { rounds, top, maxNewTokens, decoding, earlyExit, seed, signal }: RecordOptions,
): Promise<void> {
  const batch = prepareBatch(
    system,
    examples.map(({ question }) => question),
  );
  try {
    await answerBatch(system, batch, {
      answerAt: [rounds],
      maxNewTokens,
      decoding,
      earlyExit,
      randoms: examples.map(({ id }) => random(seed, "decode", id)),
      signal,
      observe: async (report) => {
        for (const [row, b] of report.questions.entries()) {
          await breathe(signal);
          steps[b]!.push(await stepOf(system, examples[b]!.question, report, row, steps[b]!, top));
        }
      },
    });
  } finally {
    releaseBatch(batch);
  }
}

async function stepOf(
  system: RecursiveSystem,
  question: Question,
  { turn, thoughts, said, answers, questions, seconds }: TurnReport,
  row: number,
  before: readonly TraceStep[],
  top: number,
): Promise<TraceStep> {
  const { round, role } = turn;
  const heard = heardIn(system, turn);
  const last = before.findLast((step) => step.role === role && step.round === round - 1);
  const written = [said?.[row], answers?.[row]].filter((utterance) => utterance !== undefined);
  return {
    round,
    role,
    prompt: promptText(system, question, turn, heard, before),
    heard,
    ...(thoughts && {
      thoughts: measured(await readThoughts(system.agents[role]!, thoughts, row, top), last?.thoughts),
    }),
    ...(said && { said: said[row]!.text }),
    ...(answers && { answer: answers[row]!.text }),
    calls: written.flatMap(({ calls = [] }) => calls),
    tokens: written.reduce((sum, { tokens }) => sum + tokens, 0),
    seconds: seconds / questions.length,
  };
}

function traceOf(system: RecursiveSystem, { id, question, answer }: TraceExample, steps: TraceStep[]): Trace {
  return new Trace({ id, question, gold: answer, steps, system: described(system) });
}

function described({ style, agents, medium, latentSteps }: RecursiveSystem): TracedSystem {
  const { name, order, speaker } = style;
  const facts = order.map((role) => {
    const { name, model, hiddenSize } = agents[role]!;
    return [role, { name, family: model.config.family, hiddenSize }];
  });
  return { style: name, order: [...order], speaker, medium, latentSteps, agents: Object.fromEntries(facts) };
}

function checkExamples(examples: readonly TraceExample[]): void {
  if (!Array.isArray(examples) || examples.length === 0) {
    throw new TypeError(
      `the examples are ${shown(examples)}; there must be a list of at least one. Try task.test.slice(0, 20).`,
    );
  }
  for (const example of examples as readonly unknown[]) {
    const { question } = (example ?? {}) as Partial<TraceExample>;
    if (typeof question === "object" && question !== null) continue;
    throw new TypeError(`the example is ${shown(example)}, which has no question. Try task.test[0].`);
  }
}
