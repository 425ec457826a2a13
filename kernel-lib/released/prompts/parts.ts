/** What kind of answer a question wants: a value or phrase, the letter of an option, or a program. */
export type PromptKind = "math" | "choice" | "code";

export const PROMPT_KINDS: readonly PromptKind[] = ["math", "choice", "code"];

/** What all agents but those with tools are. */
export const SYSTEM = "You are a helpful assistant.";

/** The question, and for code the line that says what the program looks like from outside. */
export function question(kind: PromptKind): string {
  return kind === "code" ? "Question:\n{{ question }}\n{{ interface }}" : "Question:\n{{ question }}";
}

/** How a plan is written. */
export function planFormat(kind: PromptKind): string {
  return kind === "code"
    ? 'Use between three and six lines, "Step 1: …", "Step 2: …" and so on. Leave the code itself to others.'
    : 'Use one line per step, "Step 1: …", "Step 2: …" and so on until the last.';
}

/** How the answer is written. */
export function answerFormat(kind: PromptKind): string {
  switch (kind) {
    case "math":
      return "Reason towards the answer, then state it once, in \\boxed{}.";
    case "choice":
      return "Weigh the options, then state the letter of the right one once, as in \\boxed{C}.";
    case "code":
      return "Give all of the code in one Markdown block that starts with ```python, and no second block.";
  }
}

/** Sets what an agent is told apart from what it has to do. */
export const DIVIDER = "-----";

/** Joins the parts of a prompt, a blank line between them. */
export const parts = (...texts: readonly string[]): string => texts.join("\n\n");
