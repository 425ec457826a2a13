import { pythonTool } from "../../tool/python";
import { searchTool } from "../../tool/search";
import type { Tool } from "../../tool/tool";

let shared: readonly Tool[] | undefined;

/**
 * Python and search, as the paper's tool-caller has them. Every system that is not given others has the same two, since
 * each Python keeps an interpreter ready once it was used.
 */
export function deliberationTools(): readonly Tool[] {
  shared ??= [pythonTool(), searchTool()];
  return shared;
}
