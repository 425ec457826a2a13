export { fingerprint } from "./fingerprint";
export type { Links } from "./links";
export { loadLinks, saveLinks } from "./saveLinks";
export { sequential } from "./sequential";
export { type Edge, SEQUENTIAL, type Style } from "./style";
export { type Composition, type Medium, RecursiveSystem, type SystemOptions } from "./system";
export { type Reading, Trace, type TraceStep, trace } from "./trace";
