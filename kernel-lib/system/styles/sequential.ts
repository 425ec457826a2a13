import type { Agent } from "../../agent/agent";
import { recursiveSystem } from "../recursiveSystem";
import type { Style } from "../style";
import type { RecursiveSystem, SystemOptions } from "../system";

/** Planner → critic → solver → planner: the paper's sequential style, and its outer_12, outer_23 and outer_31. */
export const SEQUENTIAL = {
  name: "sequential",
  order: ["planner", "critic", "solver"],
  edges: [
    { from: "planner", to: "critic", slot: "plan", feedback: false },
    { from: "critic", to: "solver", slot: "refined", feedback: false },
    { from: "solver", to: "planner", slot: "feedback", feedback: true },
  ],
  speaker: "solver",
} as const satisfies Style;

/**
 * The sequential style: planner → critic → solver, and the solver's thoughts back to the planner (paper section 3.2).
 *
 * The agents' recurring prompts hold the slots that messages fill: the planner's `<<feedback>>`, the critic's `<<plan>>`,
 * the solver's `<<refined>>`.
 *
 * @throws if an agent is missing, a prompt lacks its slot or its opening, or an option is out of range
 * @example
 * const { planner, critic, solver } = await loadAgents("small/sequential");
 * const mas = await sequential({ planner, critic, solver }, { latentSteps: 1 });
 */
export function sequential(
  agents: { planner: Agent; critic: Agent; solver: Agent },
  options: SystemOptions = {},
): Promise<RecursiveSystem> {
  return recursiveSystem(SEQUENTIAL, agents, options);
}
