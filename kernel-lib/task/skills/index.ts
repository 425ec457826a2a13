import { call } from "./call";
import { lead } from "./lead";
import { lookUp } from "./lookUp";
import { oneHop } from "./oneHop";
import type { LessonSizes, Skill } from "./skill";
import { type WalkOptions, walk } from "./walk";

export type { ExamQuestion, Lesson, LessonSizes, Skill, SkillQuestion } from "./skill";
export type { Hearing, WalkOptions } from "./walk";
export { call, lead, lookUp, oneHop, walk };

/** Makers of skills: each is told the slots that it hears in, and words of its prompt. */
export interface Skills {
  /** One hop in a forest: after "… go c" say "d is parent of c , go d". */
  oneHop(slot: string, roleWord: string, sizes?: LessonSizes): Skill;
  /** A walk of some hops in a forest, in words of its own. */
  walk(options: WalkOptions): Skill;
  /** The image of a symbol under the map in the prompt; a symbol that it does not know is repeated. */
  lookUp(place: { field: string; level: number; slot: string; roleWord: string }, sizes?: LessonSizes): Skill;
  /** Of several reports, the one that is furthest along. */
  lead(slots: readonly string[], roleWords: readonly string[], sizes?: LessonSizes): Skill;
  /** A call of Python with what it hears, and what the result says. */
  call(slot: string, roleWords: readonly string[], sizes?: LessonSizes): Skill;
}

/**
 * What small agents are taught, by name: see {@link pretrainAgent}.
 *
 * @example const skill = skills.oneHop("feedback", "plan");
 */
export const skills: Skills = { call, lead, lookUp, oneHop, walk };
