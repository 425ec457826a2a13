import { oneHop } from "../../task/skills";
import type { SmallAgentRecipe } from "./recipe";

/** Planner Qwen3-, critic Llama-, solver Qwen2.5-shaped, as in the paper's "sequential light", far smaller. */
export const SMALL_SEQUENTIAL: readonly SmallAgentRecipe[] = [
  {
    role: "planner",
    family: "qwen3",
    hiddenSize: 64,
    intermediateSize: 128,
    seed: 1,
    slots: ["feedback"],
    prompts: { opening: "{{ forest }} plan go {{ start }}", recurring: "{{ forest }} plan <<feedback>>" },
    skill: oneHop("feedback", "plan"),
  },
  {
    role: "critic",
    family: "llama",
    hiddenSize: 48,
    intermediateSize: 144,
    seed: 2,
    slots: ["plan"],
    prompts: { recurring: "{{ forest }} check <<plan>>" },
    skill: oneHop("plan", "check"),
  },
  {
    role: "solver",
    family: "qwen2",
    hiddenSize: 80,
    intermediateSize: 160,
    seed: 3,
    slots: ["refined"],
    prompts: { recurring: "{{ forest }} solve <<refined>>" },
    skill: oneHop("refined", "solve"),
  },
];
