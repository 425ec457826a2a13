import type { Agent } from "../agent/agent";
import { SEQUENTIAL } from "./style";
import { RecursiveSystem, type SystemOptions } from "./system";

/**
 * The sequential style: planner → critic → solver, and the solver's thoughts back to the planner (paper section 3.2).
 *
 * The agents' recurring prompts hold the slots that messages fill: the planner's `<<feedback>>`, the critic's `<<plan>>`,
 * the solver's `<<refined>>`.
 *
 * @throws if an agent is missing, a prompt lacks its slot, or an option is out of range
 * @example
 * const { planner, critic, solver } = await loadAgents("small/sequential");
 * const mas = await sequential({ planner, critic, solver }, { latentSteps: 1 });
 */
export function sequential(
  agents: { planner: Agent; critic: Agent; solver: Agent },
  options: SystemOptions = {},
): Promise<RecursiveSystem> {
  return RecursiveSystem.create(SEQUENTIAL, agents, options);
}
