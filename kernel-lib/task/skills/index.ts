export { call } from "./call";
export { lead } from "./lead";
export { lookUp } from "./lookUp";
export { oneHop } from "./oneHop";
export type { ExamQuestion, Lesson, LessonSizes, Skill, SkillQuestion } from "./skill";
export { type Heard, walk } from "./walk";
