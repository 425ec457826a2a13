import type { AgentPrompts } from "../agent/agent";
import type { MessageLimits, TextBaseline } from "../system/system";
import { LAYOUTS, type ReleasedName } from "./layout";
import type { PromptKind } from "./prompts";
import { sequentialPrompts } from "./prompts/sequential";
import type { Benchmark } from "./recommended";

/**
 * What the released text baseline does to messages and prompts, beyond talking in text. All of it concerns the
 * sequential systems; the rest run as they are.
 *
 * - A Gemma planner, but on code: a plan of three to five steps without the answer, of at most 200 tokens and 1,000
 *   characters.
 * - GPQA with Gemma 3 4B and Llama 3.2 3B: plan and refined plan of at most 500 characters.
 * - Choice questions: the planner does not see the lines on how to write the choice, and the critic is told not to
 *   calculate the answer.
 *
 * @param options.ownPrompts whether the user's prompts are in place of ours; then only messages are cut
 */
export function textBaseline(
  name: ReleasedName,
  { benchmark, kind, ownPrompts }: { benchmark: Benchmark; kind: PromptKind; ownPrompts: boolean },
): TextBaseline {
  const { planner = "", critic = "" } = LAYOUTS[name].agents;
  if (!planner) return { prompts: {}, messageLimits: {} };
  const gemma = planner.includes("Gemma") && kind !== "code";
  const short =
    benchmark === "gpqa" &&
    kind === "choice" &&
    planner.includes("Gemma3-4B") &&
    critic.includes("Llama3.2-3B");
  const messageLimits: MessageLimits = {
    ...(gemma && { planner: { tokens: 200, characters: short ? 500 : 1000 } }),
    ...(short && { critic: { characters: 500 } }),
  };
  return { prompts: ownPrompts ? {} : changedPrompts(kind, gemma), messageLimits };
}

function changedPrompts(kind: PromptKind, softPlan: boolean): Record<string, AgentPrompts> {
  const choiceLeftToSolver = kind === "choice";
  const { planner, critic } = sequentialPrompts(kind, { softPlan, choiceLeftToSolver });
  return {
    ...((softPlan || choiceLeftToSolver) && { planner: planner! }),
    ...(choiceLeftToSolver && { critic: critic! }),
  };
}
