export type { SearchEntry } from "./corpus";
export { type SearchToolOptions, searchTool } from "./searchTool";
