import { checkCount } from "../../engine/check";

/** What a small agent hears and is to say next. */
export interface SkillQuestion {
  /** What other agents have said, by slot. */
  slots: Readonly<Record<string, string>>;
  /** What the agent has said already, results of tools included; nobody learns to say it again. */
  said?: string;
  reply: string;
}

/** The questions of one training step: several on each of a few contexts, which are read once. */
export interface Lesson {
  /** `[contexts]`, the fields that the agent's prompt names */
  contexts: readonly Readonly<Record<string, string>>[];
  /** `[queries][contexts]` */
  queries: readonly (readonly SkillQuestion[])[];
}

/** One question of an examination, on a context that no lesson shows. */
export interface ExamQuestion extends SkillQuestion {
  context: Readonly<Record<string, string>>;
}

/** What one small agent is taught, all of it, and how it is examined. */
export interface Skill {
  name: string;
  /** The words that it reads and says, each once. */
  words: readonly string[];
  /** So many first words of a reply hold what was to be found, and count four times; the rest repeats them. */
  heavyWords: number;
  /** What describes its lessons in the record of a training. */
  settings: Readonly<Record<string, number>>;
  /** Depends on seed and step alone. */
  lesson(seed: number, step: number): Lesson;
  /** By name, examinations of `size` questions. */
  exams(seed: number, size: number): Readonly<Record<string, readonly ExamQuestion[]>>;
}

/** How many contexts and questions a lesson has. */
export interface LessonSizes {
  contexts?: number;
  queries?: number;
  /** Steps with small, growing contexts. */
  easySteps?: number;
}

/** Throws unless a lesson has at least one context and one question. */
export function checkSizes({ contexts, queries }: Required<Pick<LessonSizes, "contexts" | "queries">>): void {
  for (const [name, value] of Object.entries({ contexts, queries })) checkCount(name, value);
}
