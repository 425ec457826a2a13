/** What kind of answer a question wants: a value or phrase, the letter of an option, or a program. */
export type PromptKind = "math" | "choice" | "code";

export const PROMPT_KINDS: readonly PromptKind[] = ["math", "choice", "code"];

/** What all agents but those with tools are. */
export const SYSTEM = "You are a helpful assistant.";

/** The question, and for code the line that says what the program looks like from outside. */
export function question(kind: PromptKind): string {
  return kind === "code" ? "Question:\n{{ question }}\n{{ interface }}" : "Question:\n{{ question }}";
}

/**
 * The question without its lines on how to write the answer down, such as "Final Choice: \boxed{A}". The comment names
 * the field for the check of what a prompt asks for, which reads no loops.
 */
export const QUESTION_ALONE =
  "Question:\n{# {{ question }} #}" +
  '{%- for line in question.split("\\n") if "\\\\boxed" not in line and "final choice" not in (line | lower) -%}' +
  '{{ ("" if loop.first else "\\n") + line }}' +
  '{%- endfor -%}{{ "" }}'; // a block would take the line break after it

/** How a plan is written; a soft one is short and leaves the answer open, as the text baseline has it. */
export function planFormat(kind: PromptKind, { soft = false }: { soft?: boolean } = {}): string {
  if (soft)
    return 'Use between three and five lines, "Step 1: …", "Step 2: …" and so on, and do not calculate the answer.';
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
