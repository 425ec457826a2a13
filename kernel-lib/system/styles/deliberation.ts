import type { Agent } from "../../agent/agent";
import { recursiveSystem } from "../recursiveSystem";
import type { Style } from "../style";
import type { RecursiveSystem, SystemOptions } from "../system";
import { deliberationTools } from "./deliberationTools";

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
 * section 3.2). Where the tool-caller answers, its calls, such as `<python>print(2 ** 64)</python>`, are carried out, and it
 * goes on after the result; what it says after the last one is its answer. Messages between the two call nothing.
 *
 * The agents' recurring prompts hold the slots that messages fill: the reflector's `<<feedback>>`, the tool-caller's
 * `<<reflection>>`.
 *
 * @param options.tools what it may call. Default: {@link pythonTool} and {@link searchTool}, which all such systems share
 * @throws if an agent is missing, a prompt lacks its slot or its opening, or an option is out of range
 * @example
 * const mas = await deliberation({ reflector, toolcaller }, { latentSteps: 16 });
 */
export function deliberation(
  agents: { reflector: Agent; toolcaller: Agent },
  { tools = deliberationTools(), ...options }: SystemOptions = {},
): Promise<RecursiveSystem> {
  return recursiveSystem(DELIBERATION, agents, { ...options, tools });
}
