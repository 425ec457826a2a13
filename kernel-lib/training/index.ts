export type { CheckpointOptions, LoopResult, LoopSettings } from "./loop";
export type { NamedTensors, OptimizerOptions } from "./optimizer";
export { type TrainOuterOptions, trainOuter } from "./outer";
export { type PretrainOptions, type PretrainParts, pretrainAgent } from "./pretrain";
export { TrainingRun } from "./run";
export { type WarmStartOptions, warmStart } from "./warmStart";
