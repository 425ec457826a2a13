import { GUIDE_HOPS, guideText, learnText } from "../../task/guidanceText";
import { type Hearing, walk } from "../../task/skills";
import type { SmallAgentRecipe } from "./recipe";

const lastWords =
  (words: number): Hearing =>
  (_, node) =>
    learnText([node, node]).split(" ").slice(-words);
const latents: Hearing = (_, node) => [node, node, node];

/** What both may hear: the last words of a message, or as many words as a turn has latent thoughts. */
const HEARD: Readonly<Record<string, Hearing>> = {
  "2 words": lastWords(2),
  "a thought a word": latents,
  "a learner's message": lastWords(6),
};

/** A wide expert that walks three hops a turn, and a narrow learner that walks one, Qwen3.5-shaped like the paper's. */
export const SMALL_DISTILLATION: readonly SmallAgentRecipe[] = [
  {
    role: "expert",
    family: "qwen3_5",
    hiddenSize: 96,
    intermediateSize: 256,
    seed: 31,
    slots: ["feedback"],
    prompts: {
      opening: "{{ forest }} guide go {{ start }}",
      recurring: "{{ forest }} guide <<feedback>>",
    },
    skill: walk({
      name: "walk three hops",
      slot: "feedback",
      words: [";", ",", "go", "guide"],
      hops: GUIDE_HOPS,
      say: guideText,
      first: { until: 550, say: learnText },
      heavyWords: GUIDE_HOPS,
      queries: 8,
      heard: HEARD,
      practice: [
        "2 words",
        "2 words",
        "a thought a word",
        "a thought a word",
        "a learner's message",
        "a learner's message",
      ],
    }),
    steps: 1000,
    embeddingScale: 0.2,
  },
  {
    role: "learner",
    family: "qwen3_5",
    hiddenSize: 56,
    intermediateSize: 112,
    seed: 32,
    slots: ["guidance"],
    prompts: { opening: "{{ forest }} learn go {{ start }}", recurring: "{{ forest }} learn <<guidance>>" },
    skill: walk({
      name: "walk one hop after another's walk",
      slot: "guidance",
      words: [";", ",", "go", "learn"],
      hops: 1,
      say: learnText,
      heavyWords: 3,
      heard: {
        ...HEARD,
        "an expert's thoughts": (before, node) => [before, before, node],
        "an expert's message": (before, node) => [before, before, node, ",", "go", node],
      },
      practice: [
        "2 words",
        "a thought a word",
        "a learner's message",
        "an expert's thoughts",
        "an expert's thoughts",
        "an expert's message",
        "an expert's message",
      ],
    }),
    embeddingScale: 0.2,
    steps: 700,
  },
];
