export { BACKENDS, type BackendChoice, type BackendName, ready } from "./backend";
export { DISPLAY, type MimeBundle } from "./bridge";
export { AbortedError, type LoopControl, type Progress } from "./control";
export { type Random, random } from "./random";
export { tf } from "./tf";
