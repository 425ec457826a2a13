import { shown } from "../engine/check";
import { flattenLinks, type Links, linkShapes } from "./links";
import type { RecursiveSystem } from "./system";

/** Throws unless the links have the tensors of a system of these agents, in their shapes. */
export function checkLinks({ style, agents }: Pick<RecursiveSystem, "style" | "agents">, given: Links): void {
  if (typeof given?.inner !== "object" || typeof given.outer !== "object") {
    throw new TypeError(
      `the links are ${shown(given)}; they must be { inner, outer }, as a system has them. Try system.clone().links.`,
    );
  }
  const want = linkShapes(style, agents);
  const have = flattenLinks(given);
  for (const [name, shape] of Object.entries(want)) {
    const found = have[name]?.shape;
    if (`${found}` === `${shape}`) continue;
    throw new Error(
      `these links belong to another system: ${name} should be [${shape}] and is ` +
        `${found ? `[${found}]` : "missing"}. Try links that were made with agents of the same roles and widths.`,
    );
  }
  const extra = Object.keys(have).find((name) => !(name in want));
  if (extra) {
    throw new Error(
      `these links belong to another system: this one has no ${extra}. ` +
        "Try links that were made with agents of the same roles and widths.",
    );
  }
}
