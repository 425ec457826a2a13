import { oneHop } from "../../task/skills";
import type { SmallAgentRecipe } from "./recipe";

/** Planner Gemma-3-, critic Llama-, solver Qwen3.5-shaped, as in the paper's "sequential scaled": wider than the light. */
export const SMALL_SEQUENTIAL_SCALED: readonly SmallAgentRecipe[] = [
  {
    role: "planner",
    family: "gemma3",
    hiddenSize: 80,
    intermediateSize: 160,
    seed: 11,
    slots: ["feedback"],
    prompts: { opening: "{{ forest }} plan go {{ start }}", recurring: "{{ forest }} plan <<feedback>>" },
    skill: oneHop("feedback", "plan"),
  },
  {
    role: "critic",
    family: "llama",
    hiddenSize: 96,
    intermediateSize: 192,
    seed: 12,
    slots: ["plan"],
    prompts: { recurring: "{{ forest }} check <<plan>>" },
    skill: oneHop("plan", "check"),
  },
  {
    role: "solver",
    family: "qwen3_5",
    hiddenSize: 80,
    intermediateSize: 160,
    seed: 13,
    slots: ["refined"],
    prompts: { recurring: "{{ forest }} solve <<refined>>" },
    skill: oneHop("refined", "solve"),
  },
];
