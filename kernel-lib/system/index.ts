export { fingerprint } from "./fingerprint";
export type { Links } from "./links";
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
export { type Composition, type Medium, RecursiveSystem, type SystemOptions } from "./system";
export { type Reading, Trace, type TraceStep, trace } from "./trace";
