export { type PythonToolOptions, pythonTool } from "./python";
export { type SearchEntry, type SearchToolOptions, searchTool } from "./search";
export { type SpeakWithToolsOptions, speakWithTools } from "./speakWithTools";
export type { Spoken } from "./speech";
export { type FoundCall, findCall, formatResult } from "./tags";
export type { Tool, ToolCall, ToolOutput } from "./tool";
