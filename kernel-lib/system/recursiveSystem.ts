import type { Agent } from "../agent/agent";
import type { Style } from "./style";
import { RecursiveSystem, type SystemOptions } from "./system";

/**
 * Joins any number of agents by any graph that closes a loop: the four styles of the paper are such graphs, and so is
 * one of your own. Written `as const satisfies Style`, its roles are typed, and an agent that is missing is an error in
 * the cell.
 *
 * Each edge brings what `from` thinks or says into the slot `<<slot>>` of `to`'s prompt: later in the same round, or in
 * the next one where it is feedback. An agent that hears feedback has an opening prompt for the first round, which holds
 * the slots of the same round's messages only.
 *
 * @throws if the graph cannot be run (it is not closed, an agent is not heard by the speaker, …), an agent is missing, a
 *   prompt lacks its slot or its opening, or an option is out of range
 * @example
 * // two loops that share the judge: writer → judge → writer, and judge → solver → judge
 * const COURT = {
 *   name: "court",
 *   order: ["writer", "witness", "judge", "solver"],
 *   edges: [
 *     { from: "writer", to: "judge", slot: "draft", feedback: false },
 *     { from: "witness", to: "judge", slot: "facts", feedback: false },
 *     { from: "judge", to: "solver", slot: "verdict", feedback: false },
 *     { from: "judge", to: "writer", slot: "advice", feedback: true },
 *     { from: "judge", to: "witness", slot: "asked", feedback: true },
 *     { from: "solver", to: "judge", slot: "result", feedback: true },
 *   ],
 *   speaker: "solver",
 * } as const satisfies Style;
 * const judge = someAgent.withPrompts({
 *   opening: "{{ problem }} <<draft>> <<facts>>",
 *   recurring: "{{ problem }} <<draft>> <<facts>> <<result>>",
 * });
 * const mas = await recursiveSystem(COURT, { writer, witness, judge, solver }, { latentSteps: 8 });
 */
export function recursiveSystem<const S extends Style>(
  style: S,
  agents: Readonly<Record<S["order"][number], Agent>>,
  options: SystemOptions = {},
): Promise<RecursiveSystem> {
  return RecursiveSystem.create(style, agents, options);
}
