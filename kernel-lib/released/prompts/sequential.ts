import type { AgentPrompts } from "../../agent/agent";
import { answerFormat, type PromptKind, parts, planFormat, question, SYSTEM } from "./parts";

/** Planner, critic and solver: the order of parts and the slots are the released ones, the words our own. */
export function sequentialPrompts(kind: PromptKind): Record<string, AgentPrompts> {
  const aim = kind === "code" ? "a program that solves the task" : "a solution of the question";
  return {
    planner: {
      system: SYSTEM,
      opening: parts(
        `As the planner of a small team, outline the way to ${aim}; the others carry it out.`,
        question(kind),
        planFormat(kind),
      ),
      recurring: parts(
        `As the planner of a small team that works in rounds, revise the way to ${aim}.`,
        "An earlier round is over, and its outcome has come back to you.",
        question(kind),
        "Outcome of the earlier round:\n<<LATENT_FEEDBACK_SLOT>>",
        "Let it correct you where it helps; where it contradicts the question, the question is right.",
        `Write the plan only, and keep it short. ${planFormat(kind)}`,
      ),
    },
    critic: {
      system: SYSTEM,
      recurring: parts(
        "As the critic of a small team, find what is wrong or missing in the planner's outline, and mend it.",
        question(kind),
        "The planner's outline:\n<<LATENT_PLANNER_SLOT>>",
        `Write the mended plan and nothing else. ${planFormat(kind)}`,
      ),
    },
    solver: {
      system: SYSTEM,
      recurring: parts(
        "As the solver of a small team, carry out the plan that the critic has mended.",
        "The mended plan:\n<<LATENT_REFINED_SLOT>>",
        question(kind),
        `Now work out ${aim}. ${answerFormat(kind)}`,
      ),
    },
  };
}
