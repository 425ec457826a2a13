export { type FindTheRootOptions, findTheRoot } from "./findTheRoot";
export { type GuidedRootOptions, guidedRoot } from "./guidedRoot";
export { type LastDigitsOptions, lastDigits } from "./lastDigits";
export type { TaskSizes } from "./oneWordTask";
export {
  type ExamQuestion,
  type Hearing,
  type Lesson,
  type LessonSizes,
  type Skill,
  type SkillQuestion,
  type Skills,
  skills,
  type WalkOptions,
} from "./skills";
export { type Example, goldMessage, type Task } from "./task";
export { type Specialist, THREE_MAPS_CHANCE, type ThreeMapsOptions, threeMaps } from "./threeMaps";
