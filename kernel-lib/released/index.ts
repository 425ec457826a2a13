export type { FolderOptions } from "./folders";
export type { LinkTask, ReleasedName } from "./layout";
export { type LoadSystemOptions, loadSystem } from "./loadSystem";
export type { CustomPrompts, RolePrompts } from "./promptFile";
export { type PromptKind, releasedPrompts } from "./prompts";
export { type Benchmark, type RecommendedSettings, recommendedSettings } from "./recommended";
