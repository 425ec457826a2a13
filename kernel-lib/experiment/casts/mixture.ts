import { lead, lookUp } from "../../task/skills";
import type { SmallAgentRecipe } from "./recipe";

const SPECIALISTS = [
  { role: "math", family: "qwen2", hiddenSize: 64, intermediateSize: 128, seed: 21 },
  { role: "code", family: "qwen2", hiddenSize: 80, intermediateSize: 160, seed: 22 },
  { role: "science", family: "mistral", hiddenSize: 64, intermediateSize: 128, seed: 27 },
] as const;

/** Three specialists, each of one map between alphabets, and a summarizer, in the families of the paper's mixture. */
export const SMALL_MIXTURE: readonly SmallAgentRecipe[] = [
  ...SPECIALISTS.map(
    ({ role, ...shape }, level): SmallAgentRecipe => ({
      ...shape,
      role,
      slots: ["feedback"],
      prompts: {
        opening: `{{ ${role} }} look go {{ start }}`,
        recurring: `{{ ${role} }} look <<feedback>>`,
      },
      skill: lookUp({ field: role, level, slot: "feedback", roleWord: "look" }),
      steps: 700,
      embeddingScale: 0.2,
    }),
  ),
  {
    role: "summarizer",
    family: "qwen3_5",
    hiddenSize: 64,
    intermediateSize: 128,
    seed: 24,
    slots: ["mathView", "codeView", "scienceView"],
    prompts: { recurring: "math <<mathView>> code <<codeView>> science <<scienceView>>" },
    skill: lead(["mathView", "codeView", "scienceView"], ["math", "code", "science"]),
    steps: 600,
  },
];
