import type { Agent } from "../../agent/agent";
import { recursiveSystem } from "../recursiveSystem";
import type { Style } from "../style";
import type { RecursiveSystem, SystemOptions } from "../system";

/** Math, code and science experts → summarizer → every expert: the paper's mixture, outer_1s … outer_s3. */
export const MIXTURE = {
  name: "mixture",
  order: ["math", "code", "science", "summarizer"],
  edges: [
    { from: "math", to: "summarizer", slot: "mathView", feedback: false },
    { from: "code", to: "summarizer", slot: "codeView", feedback: false },
    { from: "science", to: "summarizer", slot: "scienceView", feedback: false },
    { from: "summarizer", to: "math", slot: "feedback", feedback: true },
    { from: "summarizer", to: "code", slot: "feedback", feedback: true },
    { from: "summarizer", to: "science", slot: "feedback", feedback: true },
  ],
  speaker: "summarizer",
} as const satisfies Style;

/**
 * The mixture style: three experts look at the question each on their own, a summarizer hears all three, answers, and
 * hands one and the same thoughts back to each expert through a link of its own (paper section 3.2).
 *
 * The agents' recurring prompts hold the slots that messages fill: `<<mathView>>`, `<<codeView>>` and `<<scienceView>>`
 * with the summarizer, `<<feedback>>` with each expert.
 *
 * @throws if an agent is missing, a prompt lacks its slot or its opening, or an option is out of range
 * @example
 * const mas = await mixture({ math, code, science, summarizer }, { latentSteps: 16 });
 */
export function mixture(
  agents: { math: Agent; code: Agent; science: Agent; summarizer: Agent },
  options: SystemOptions = {},
): Promise<RecursiveSystem> {
  return recursiveSystem(MIXTURE, agents, options);
}
