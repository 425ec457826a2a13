import type { AgentPrompts } from "../../agent/agent";
import { answerFormat, DIVIDER, type PromptKind, parts, question } from "./parts";

/** The tools, and the released tags that call them. */
const TOOLS = parts(
  "You can look things up and compute while you answer, by two tools:",
  "- Search: <search>what to look for</search> looks it up in Wikipedia.\n" +
    "- Python: <python>code</python> runs the code in a fresh interpreter and shows what it prints.",
  "Close the tag and wait: the result follows between <result> and </result>, and you go on from there. " +
    "Call one tool at a time, at most five times in all, and only where it helps.",
  "Whatever form the question asks for, the final answer stands in \\boxed{}, or for a program in one code block.",
);

/** Reflector and tool-caller: the order of parts and the slots are the released ones, the words our own. */
export function deliberationPrompts(kind: PromptKind): Record<string, AgentPrompts> {
  const role = "You reflect on a question before your partner answers it; you may use the tools.";
  return {
    reflector: {
      system: TOOLS,
      opening: parts(role, question(kind)),
      recurring: parts(
        role,
        "What came back from your partner:\n<<DELIBERATION_FEEDBACK_SLOT>>",
        question(kind),
      ),
    },
    toolcaller: {
      system: TOOLS,
      recurring: parts(
        "You answer a question that your partner has reflected on.",
        "Your partner's reflection:\n<<DELIBERATION_REFLECTOR_SLOT>>",
        "Lean on it where it is sound. You may use the tools.",
        DIVIDER,
        question(kind),
        answerFormat(kind),
      ),
    },
  };
}
