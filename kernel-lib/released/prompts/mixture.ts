import type { AgentPrompts } from "../../agent/agent";
import { answerFormat, DIVIDER, type PromptKind, parts, question, SYSTEM } from "./parts";

/** Three experts and the summarizer: the order of parts and the slots are the released ones, the words our own. */
export function mixturePrompts(kind: PromptKind): Record<string, AgentPrompts> {
  return {
    math: expert("mathematics", kind),
    code: expert("programming", kind),
    science: expert("the sciences", kind),
    summarizer: {
      system: SYSTEM,
      recurring: parts(
        "View of the expert in mathematics:\n<<HIE_MATH_EXPERT_SLOT>>",
        "View of the expert in programming:\n<<HIE_CODE_EXPERT_SLOT>>",
        "View of the expert in the sciences:\n<<HIE_SCIENCE_EXPERT_SLOT>>",
        DIVIDER,
        "Use these views as far as they convince you, and think the matter through yourself.",
        question(kind),
        answerFormat(kind),
      ),
    },
  };
}

function expert(field: string, kind: PromptKind): AgentPrompts {
  const task = parts(`You are the team's expert in ${field}.`, question(kind));
  return {
    system: SYSTEM,
    opening: task,
    recurring: parts(
      task,
      "What the summarizer made of the last round:\n<<HIE_FEEDBACK_SLOT>>",
      "Take it as a hint, not as an order. Answer anew and briefly, for the summarizer to build on.",
    ),
  };
}
