import type { AgentPrompts } from "../../agent/agent";
import { answerFormat, type PromptKind, parts, planFormat, QUESTION_ALONE, question, SYSTEM } from "./parts";

/** What the released text baseline changes in the prompts. */
export interface SequentialCuts {
  /** The planner writes a few steps and no answer. */
  softPlan?: boolean;
  /** Neither planner nor critic is to choose: the one does not see how choices are written, the other is told. */
  choiceLeftToSolver?: boolean;
}

/** Planner, critic and solver: the order of parts and the slots are the released ones, the words our own. */
export function sequentialPrompts(
  kind: PromptKind,
  { softPlan = false, choiceLeftToSolver = false }: SequentialCuts = {},
): Record<string, AgentPrompts> {
  const asked = choiceLeftToSolver ? QUESTION_ALONE : question(kind);
  const plan = planFormat(kind, { soft: softPlan });
  const refined = `${planFormat(kind)}${choiceLeftToSolver ? " Do not calculate the answer." : ""}`;
  const aim = kind === "code" ? "a program that solves the task" : "a solution of the question";
  return {
    planner: {
      system: SYSTEM,
      opening: parts(
        `As the planner of a small team, outline the way to ${aim}; the others carry it out.`,
        asked,
        plan,
      ),
      recurring: parts(
        `As the planner of a small team that works in rounds, revise the way to ${aim}.`,
        "An earlier round is over, and its outcome has come back to you.",
        asked,
        "Outcome of the earlier round:\n<<LATENT_FEEDBACK_SLOT>>",
        "Let it correct you where it helps; where it contradicts the question, the question is right.",
        `Write the plan only, and keep it short. ${plan}`,
      ),
    },
    critic: {
      system: SYSTEM,
      recurring: parts(
        "As the critic of a small team, find what is wrong or missing in the planner's outline, and mend it.",
        question(kind),
        "The planner's outline:\n<<LATENT_PLANNER_SLOT>>",
        `Write the mended plan and nothing else. ${refined}`,
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
