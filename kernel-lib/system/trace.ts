import { inspect } from "node:util";
import type { Agent } from "../agent/agent";
import type { Question } from "../agent/prompt";
import { DISPLAY, type MimeBundle } from "../engine/bridge";
import { checkCount, shown } from "../engine/check";
import type { LoopControl } from "../engine/control";
import { signalOf } from "../engine/control";
import { escapeHTML } from "../engine/html";
import { tf } from "../engine/tf";
import { logits } from "../model/transformer";
import { answerBatch } from "./answer";
import { checkSystem } from "./checkSystem";
import { prepareBatch, releaseBatch } from "./prepare";
import type { RecursiveSystem } from "./system";

/** A token that a thought reads as, with its probability under the output embedding. */
export interface Reading {
  token: string;
  probability: number;
}

/** One turn of one question. */
export interface TraceStep {
  round: number;
  role: string;
  /** Latent medium: per thought, the likeliest tokens. */
  thoughts?: Reading[][];
  /** Text medium: what was said. */
  said?: string;
}

/** What went on while one question was answered. */
export class Trace {
  constructor(
    readonly id: string,
    readonly steps: readonly TraceStep[],
    readonly answer: string,
    readonly gold: string,
  ) {}

  toString(): string {
    const lines = this.steps.map(({ round, role, thoughts, said }) => {
      const content = said ?? thoughts!.map((readings) => readings.map(showReading).join(" ")).join(" | ");
      return `round ${round}  ${role.padEnd(8)}  ${content}`;
    });
    return [...lines, `answer: ${this.answer}   (gold: ${this.gold})`].join("\n");
  }

  [DISPLAY](): MimeBundle {
    const rows = this.steps.map(({ round, role, thoughts, said }) => {
      const lines =
        said === undefined ? thoughts!.map((readings) => readings.map(showReading).join(", ")) : [said];
      // a chain of single readings is read along, like a sentence
      const single = thoughts?.every((readings) => readings.length === 1);
      const content = lines.map(escapeHTML).join(single ? " · " : "<br>");
      return `<tr><td>${round}</td><td>${escapeHTML(role)}</td><td style="text-align:left">${content}</td></tr>`;
    });
    const head = `<tr><th>round</th><th>agent</th><th style="text-align:left">what it thinks, read through its output embedding</th></tr>`;
    return {
      "text/html": `<table>${head}${rows.join("")}</table><p>answer: <b>${escapeHTML(this.answer)}</b> (gold: ${escapeHTML(this.gold)})</p>`,
      "text/plain": this.toString(),
    };
  }

  [inspect.custom](): string {
    return String(this);
  }
}

const showReading = ({ token, probability }: Reading): string =>
  `${token} ${(100 * probability).toFixed(0)} %`;

/**
 * Answers one question and reports every turn: latent thoughts as the tokens they are nearest to, or the text said.
 *
 * @param options.top how many tokens to show per thought. Default 3
 * @example await trace(mas, task.test[0], { rounds: 3 })
 */
export async function trace(
  system: RecursiveSystem,
  example: { id: string; question: Question; answer: string },
  {
    rounds = 3,
    top = 3,
    maxNewTokens = 12,
    ...control
  }: { rounds?: number; top?: number; maxNewTokens?: number } & LoopControl = {},
): Promise<Trace> {
  checkSystem(system);
  if (typeof (example as typeof example | null | undefined)?.question !== "object") {
    throw new TypeError(`the example is ${shown(example)}, which has no question. Try task.test[0].`);
  }
  for (const [name, value] of Object.entries({ rounds, top, maxNewTokens })) checkCount(name, value);
  const steps: TraceStep[] = [];
  const batch = prepareBatch(system, [example.question]);
  try {
    const { byRound } = await answerBatch(system, batch, {
      answerAt: [rounds],
      maxNewTokens,
      signal: signalOf(control),
      observe: async ({ turn: { round, role }, thoughts, said }) => {
        if (thoughts)
          steps.push({ round, role, thoughts: await readThoughts(system.agents[role]!, thoughts, top) });
        else if (said) steps.push({ round, role, said: said[0]!.text });
      },
    });
    return new Trace(example.id, steps, byRound[rounds]![0]!.text, example.answer);
  } finally {
    releaseBatch(batch);
  }
}

/** The likeliest tokens of each thought of the first question; `thoughts` is `[batch, m, d]`. */
async function readThoughts(agent: Agent, thoughts: tf.Tensor3D, top: number): Promise<Reading[][]> {
  const { values, indices } = tf.tidy(() => {
    const probabilities = tf.softmax(logits(agent.model, thoughts));
    return tf.topk(probabilities, Math.min(top, agent.model.config.vocabSize));
  });
  const [probability, ids] = [await values.data(), await indices.data()];
  const width = values.shape.at(-1)!;
  tf.dispose([values, indices]);
  return Array.from({ length: thoughts.shape[1] }, (_, m) =>
    Array.from({ length: width }, (_, k) => ({
      token: agent.tokenizer.idToToken(ids[m * width + k]!) ?? "?",
      probability: probability[m * width + k]!,
    })),
  );
}
