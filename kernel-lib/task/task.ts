import { shown } from "../engine/check";

/** One question with its answer, and what each agent would say to it if they worked in text. */
export interface Example {
  /** Unique in its data set. */
  id: string;
  /** The fields that prompts name, such as `{ forest: "b a ; …", start: "b" }`. */
  question: Readonly<Record<string, string>>;
  answer: string;
  /**
   * What outer training teaches the speaker to say, where that is not the answer: such as the call of a tool that finds
   * it. Evaluation never reads it.
   */
  target?: string;
  /**
   * Gold messages, by round and then by role; the last entry stands for all later rounds.
   * The warm start of the links reads them; evaluation never does.
   */
  messages: readonly Readonly<Record<string, string>>[];
  /** What the question is about, for reports: such as `{ depth: 4 }`. */
  facts?: Readonly<Record<string, number>>;
}

/** Questions to train on, questions to test on, and the grader. */
export interface Task {
  name: string;
  train: readonly Example[];
  /** Never trained or tuned on. */
  test: readonly Example[];
  /** The longest answer text, in tokens. */
  maxNewTokens: number;
  /** Whether a decoded text answers the question. */
  grade(text: string, example: Example): boolean;
}

/**
 * The questions of one split.
 *
 * @throws if there are none, which is also what comes of giving a list of examples for a task
 */
export function questionsOf(task: Task, split: "train" | "test"): readonly Example[] {
  const questions = (task as Partial<Task>)[split];
  if (Array.isArray(questions) && questions.length > 0) return questions;
  throw new TypeError(
    `there are no questions in the split ${JSON.stringify(split)} of what was given, ${shown(task)}. ` +
      'Try a task, such as findTheRoot(), and the split "train" or "test".',
  );
}

/** What `role` would say in `round` (from 1). */
export function goldMessage({ messages, id }: Example, role: string, round: number): string {
  const message = messages[Math.min(round, messages.length) - 1]?.[role];
  if (message === undefined) {
    throw new Error(
      `example ${id} has no message of the agent "${role}"; it has those of ` +
        `${Object.keys(messages[0] ?? {}).join(", ") || "nobody"}. Try a task made with your agents' roles.`,
    );
  }
  return message;
}
