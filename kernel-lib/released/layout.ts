import { checkChoice } from "../engine/check";
import { edgeName, type Style } from "../system/style";
import { DELIBERATION, DISTILLATION, MIXTURE, SEQUENTIAL } from "../system/styles";

/** The five systems that the paper's authors have released. */
export type ReleasedName =
  | "sequential-light"
  | "sequential-scaled"
  | "mixture"
  | "distillation"
  | "deliberation";

/** What a set of links was trained on; the released folders of some systems hold one set for each. */
export type LinkTask = "math" | "code";

/** How a released system is laid out in repositories. */
export interface ReleasedLayout {
  /** The released slots on its edges. */
  style: Style;
  /** By role, the repository of the agent and its inner link. */
  agents: Readonly<Record<string, string>>;
  /** The repository of all outer links. */
  outerLinks: string;
  /** By edge, the name of its outer link in the released files. */
  linkKeys: Readonly<Record<string, string>>;
  /** Whether links were trained for each task apart. */
  byTask: boolean;
}

/** Whose repositories they are on the hub. */
export const ORGANISATION = "RecursiveMAS";

const SEQUENTIAL_EDGES = {
  "planner-critic": ["outer_12", "LATENT_PLANNER_SLOT"],
  "critic-solver": ["outer_23", "LATENT_REFINED_SLOT"],
  "solver-planner": ["outer_31", "LATENT_FEEDBACK_SLOT"],
} as const;

/** The released systems by name. */
export const LAYOUTS: Readonly<Record<ReleasedName, ReleasedLayout>> = {
  "sequential-light": {
    ...released(SEQUENTIAL, SEQUENTIAL_EDGES),
    agents: {
      planner: "Sequential-Light-Planner-Qwen3-1.7B",
      critic: "Sequential-Light-Critic-Llama3.2-1B",
      solver: "Sequential-Light-Solver-Qwen2.5-Math-1.5B",
    },
    outerLinks: "Sequential-Light-Outerlinks",
    byTask: true,
  },
  "sequential-scaled": {
    ...released(SEQUENTIAL, SEQUENTIAL_EDGES),
    agents: {
      planner: "Sequential-Scaled-Planner-Gemma3-4B",
      critic: "Sequential-Scaled-Critic-Llama3.2-3B",
      solver: "Sequential-Scaled-Solver-Qwen3.5-4B",
    },
    outerLinks: "Sequential-Scaled-Outerlinks",
    byTask: true,
  },
  mixture: {
    ...released(MIXTURE, {
      "math-summarizer": ["outer_1s", "HIE_MATH_EXPERT_SLOT"],
      "code-summarizer": ["outer_2s", "HIE_CODE_EXPERT_SLOT"],
      "science-summarizer": ["outer_3s", "HIE_SCIENCE_EXPERT_SLOT"],
      "summarizer-math": ["outer_s1", "HIE_FEEDBACK_SLOT"],
      "summarizer-code": ["outer_s2", "HIE_FEEDBACK_SLOT"],
      "summarizer-science": ["outer_s3", "HIE_FEEDBACK_SLOT"],
    }),
    agents: {
      math: "Mixture-Math-DeepSeek-R1-Distill-Qwen-1.5B",
      code: "Mixture-Code-Qwen2.5-Coder-3B",
      science: "Mixture-Science-BioMistral-7B",
      summarizer: "Mixture-Summarizer-Qwen3.5-2B",
    },
    outerLinks: "Mixture-Outerlinks",
    byTask: false,
  },
  distillation: {
    ...released(DISTILLATION, {
      "expert-learner": ["outer_el", "DISTILL_EXPERT_SLOT"],
      "learner-expert": ["outer_le", "DISTILL_FEEDBACK_SLOT"],
    }),
    agents: { expert: "Distillation-Expert-Qwen3.5-9B", learner: "Distillation-Learner-Qwen3.5-4B" },
    outerLinks: "Distillation-Outerlinks",
    byTask: true,
  },
  deliberation: {
    ...released(DELIBERATION, {
      "reflector-toolcaller": ["outer_rt", "DELIBERATION_REFLECTOR_SLOT"],
      "toolcaller-reflector": ["outer_tr", "DELIBERATION_FEEDBACK_SLOT"],
    }),
    agents: {
      reflector: "Deliberation-Reflector-Qwen3.5-4B",
      toolcaller: "Deliberation-Toolcaller-Qwen3.5-4B",
    },
    outerLinks: "Deliberation-Outerlinks",
    byTask: false,
  },
};

/** The layout of a released system; throws for a name that is none. */
export function layoutOf(name: ReleasedName): ReleasedLayout {
  checkChoice("name", name, Object.keys(LAYOUTS));
  return LAYOUTS[name];
}

/** A style with the released slots, and the released names of its links. */
function released(
  style: Style,
  byEdge: Readonly<Record<string, readonly [key: string, slot: string]>>,
): Pick<ReleasedLayout, "style" | "linkKeys"> {
  const edges = style.edges.map((edge) => ({ ...edge, slot: byEdge[edgeName(edge)]![1] }));
  const linkKeys = Object.entries(byEdge).map(([name, [key]]) => [name, key]);
  return { style: { ...style, edges }, linkKeys: Object.fromEntries(linkKeys) };
}
