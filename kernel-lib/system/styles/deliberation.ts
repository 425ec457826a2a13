import type { Agent } from "../../agent/agent";
import { recursiveSystem } from "../recursiveSystem";
import type { Style } from "../style";
import type { RecursiveSystem, SystemOptions } from "../system";

/** Reflector → tool-caller → reflector: the paper's deliberation style, and its outer_rt and outer_tr. */
export const DELIBERATION = {
  name: "deliberation",
  order: ["reflector", "toolcaller"],
  edges: [
    { from: "reflector", to: "toolcaller", slot: "reflection", feedback: false },
    { from: "toolcaller", to: "reflector", slot: "feedback", feedback: true },
  ],
  speaker: "toolcaller",
} as const satisfies Style;

/**
 * The deliberation style: a reflector thinks about the question, and a tool-caller, who may call tools, answers (paper
 * section 3.2). This is the graph of agents and links; calls that the answer holds are not carried out.
 *
 * The agents' recurring prompts hold the slots that messages fill: the reflector's `<<feedback>>`, the tool-caller's
 * `<<reflection>>`.
 *
 * @throws if an agent is missing, a prompt lacks its slot or its opening, or an option is out of range
 * @example
 * const mas = await deliberation({ reflector, toolcaller }, { latentSteps: 16 });
 */
export function deliberation(
  agents: { reflector: Agent; toolcaller: Agent },
  options: SystemOptions = {},
): Promise<RecursiveSystem> {
  return recursiveSystem(DELIBERATION, agents, options);
}
