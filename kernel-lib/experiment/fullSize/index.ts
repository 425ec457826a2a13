export { type FullSizeOptions, type FullSizeResult, measureFullSize } from "./run";
export { FULL_SIZE_MODELS, type FullSizeModel } from "./shape";
