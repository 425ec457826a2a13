export type { EarlyExit, ToolCall, TurnReport, Utterance } from "./answer";
export { fingerprint } from "./fingerprint";
export type { Links } from "./links";
export { recursiveSystem } from "./recursiveSystem";
export { loadLinks, saveLinks } from "./saveLinks";
export type { Edge, Style } from "./style";
export {
  DELIBERATION,
  DISTILLATION,
  deliberation,
  distillation,
  MIXTURE,
  mixture,
  SEQUENTIAL,
  sequential,
} from "./styles";
export {
  type Composition,
  type Medium,
  type MediumChoice,
  type MessageLimit,
  type MessageLimits,
  RecursiveSystem,
  type SystemMedium,
  type SystemOptions,
  type TextBaseline,
  type WithMediumOptions,
} from "./system";
export {
  type Heard,
  loadTrace,
  type Reading,
  saveTrace,
  type Thought,
  Trace,
  type TracedAgent,
  type TracedSystem,
  type TraceExample,
  type TraceOptions,
  type TraceParts,
  type TraceStep,
  trace,
  traceMany,
} from "./trace";
export type { Turn } from "./turns";
