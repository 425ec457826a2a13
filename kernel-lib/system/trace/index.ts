export { type TraceExample, type TraceOptions, trace, traceMany } from "./record";
export { loadTrace, saveTrace } from "./saveTrace";
export type { Heard, Reading, Thought, TraceStep } from "./step";
export { Trace, type TracedAgent, type TracedSystem, type TraceParts } from "./trace";
