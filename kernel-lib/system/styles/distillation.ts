import type { Agent } from "../../agent/agent";
import { recursiveSystem } from "../recursiveSystem";
import type { Style } from "../style";
import type { RecursiveSystem, SystemOptions } from "../system";

/** Expert → learner → expert: the paper's distillation style, and its outer_el and outer_le. */
export const DISTILLATION = {
  name: "distillation",
  order: ["expert", "learner"],
  edges: [
    { from: "expert", to: "learner", slot: "guidance", feedback: false },
    { from: "learner", to: "expert", slot: "feedback", feedback: true },
  ],
  speaker: "learner",
} as const satisfies Style;

/**
 * The distillation style: a large expert guides a small learner, who answers (paper section 3.2). The expert never
 * writes a word.
 *
 * The agents' recurring prompts hold the slots that messages fill: the expert's `<<feedback>>`, the learner's
 * `<<guidance>>`.
 *
 * @throws if an agent is missing, a prompt lacks its slot or its opening, or an option is out of range
 * @example
 * const mas = await distillation({ expert, learner }, { latentSteps: 16 });
 */
export function distillation(
  agents: { expert: Agent; learner: Agent },
  options: SystemOptions = {},
): Promise<RecursiveSystem> {
  return recursiveSystem(DISTILLATION, agents, options);
}
