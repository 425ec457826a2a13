export { type ModelFolder, type ModelFolderContent, readModelFolder, writeModelFolder } from "./modelFolder";
export {
  openSafetensors,
  type RawTensor,
  readSafetensors,
  type SafetensorsFile,
  type TensorSource,
  writeSafetensors,
} from "./safetensors";
export { exportWeights, loadWeights } from "./weights";
