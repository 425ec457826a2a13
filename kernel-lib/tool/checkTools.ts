import { shown } from "../engine/check";
import { RESULT_TAG } from "./tags";
import type { Tool } from "./tool";

/** Throws unless tools are a list of tools with names that can be tags, each its own whatever its case. */
export function checkTools(tools: readonly Tool[]): void {
  if (!Array.isArray(tools)) {
    throw new TypeError(`tools is ${shown(tools)}; it must be a list. Try tools: [pythonTool()].`);
  }
  const seen = new Set<string>();
  for (const tool of tools as readonly Tool[]) {
    if (typeof tool !== "object" || tool === null || typeof tool.run !== "function") {
      throw new TypeError(
        `tools has ${shown(tool)}; a tool has a name, a description and run(input). Try pythonTool().`,
      );
    }
    if (typeof tool.name !== "string" || !/^[A-Za-z][\w-]*$/.test(tool.name)) {
      throw new TypeError(
        `a tool has the name ${shown(tool.name)}, which cannot be a tag: a letter, then letters, digits, - or _. ` +
          'Try name: "python".',
      );
    }
    const name = tool.name.toLowerCase();
    if (name === RESULT_TAG) {
      throw new TypeError(`a tool has the name "${tool.name}", which marks results. Try name: "lookup".`);
    }
    if (seen.has(name)) {
      throw new TypeError(`two tools have the name "${tool.name}". Try one of them, or another name.`);
    }
    seen.add(name);
  }
}
