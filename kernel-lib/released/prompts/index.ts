import type { AgentPrompts } from "../../agent/agent";
import { checkChoice } from "../../engine/check";
import { LAYOUTS, type ReleasedName } from "../layout";
import { deliberationPrompts } from "./deliberation";
import { distillationPrompts } from "./distillation";
import { mixturePrompts } from "./mixture";
import { PROMPT_KINDS, type PromptKind } from "./parts";
import { sequentialPrompts } from "./sequential";

export { PROMPT_KINDS, type PromptKind } from "./parts";

const PROMPTS: Readonly<Record<ReleasedName, (kind: PromptKind) => Record<string, AgentPrompts>>> = {
  "sequential-light": sequentialPrompts,
  "sequential-scaled": sequentialPrompts,
  mixture: mixturePrompts,
  distillation: distillationPrompts,
  deliberation: deliberationPrompts,
};

/**
 * Our prompts for a released system: its slots and its order of parts, in words of our own. They ask for the field
 * `question`, and for code also for `interface`, a line such as "Return the function `add(a, b)` only."
 *
 * @returns by role
 * @example releasedPrompts("distillation", "choice").learner.recurring
 */
export function releasedPrompts(name: ReleasedName, kind: PromptKind): Record<string, AgentPrompts> {
  checkChoice("name", name, Object.keys(LAYOUTS));
  checkChoice("kind", kind, PROMPT_KINDS);
  return PROMPTS[name](kind);
}
