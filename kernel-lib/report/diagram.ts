import type { RecursiveSystem } from "../system/system";
import { type Diagram, systemDiagram } from "./systemDiagram";

/**
 * A system's graph, drawn: its agents, their inner links, the outer links between them, and who answers.
 *
 * @example diagram(mas)
 */
export function diagram(system: RecursiveSystem, { rounds }: { rounds?: number } = {}): Diagram {
  const { style, agents, latentSteps, medium } = system;
  return systemDiagram({
    agents: style.order.map((role) => ({
      name: role,
      family: agents[role]!.model.config.family,
      hiddenSize: agents[role]!.hiddenSize,
    })),
    edges: style.edges.map(({ from, to }) => ({ from, to, kind: "outer" })),
    answer: style.speaker,
    rounds,
    latentSteps,
    medium: medium === "mixed" ? undefined : medium,
  });
}
