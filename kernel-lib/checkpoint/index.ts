export { type DownloadOptions, downloadModel } from "./hub";
export { type ModelFolder, type ModelFolderContent, readModelFolder, writeModelFolder } from "./modelFolder";
export {
  openSafetensors,
  type RawTensor,
  readSafetensors,
  type SafetensorsFile,
  type TensorBlock,
  type TensorSource,
  writeSafetensors,
} from "./safetensors";
export { readTorchArchive } from "./torchArchive";
export { exportWeights, type LoadWeightsOptions, loadWeights } from "./weights";
