export { BACKENDS, type BackendChoice, type BackendName, ready } from "./backend";
export { AbortedError, type LoopControl } from "./control";
export type { Progress } from "./progress";
export { type Random, random } from "./random";
export { tf } from "./tf";
