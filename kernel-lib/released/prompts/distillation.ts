import type { AgentPrompts } from "../../agent/agent";
import { answerFormat, DIVIDER, type PromptKind, parts, planFormat, question, SYSTEM } from "./parts";

/** Expert and learner: the order of parts and the slots are the released ones, the words our own. */
export function distillationPrompts(kind: PromptKind): Record<string, AgentPrompts> {
  const role = "You are an expert who guides a learner through a question.";
  const plan =
    "Write a short plan that the learner can follow as it stands, without the final answer. " +
    planFormat(kind);
  return {
    expert: {
      system: SYSTEM,
      opening: parts(role, question(kind), plan),
      recurring: parts(
        role,
        "Where the learner stood after the last round:\n<<DISTILL_FEEDBACK_SLOT>>",
        question(kind),
        plan,
      ),
    },
    learner: {
      system: SYSTEM,
      recurring: parts(
        "The expert's guidance:\n<<DISTILL_EXPERT_SLOT>>",
        "Follow it as far as it agrees with the question, which has the last word.",
        DIVIDER,
        question(kind),
        answerFormat(kind),
      ),
    },
  };
}
