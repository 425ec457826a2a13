import type { AgentPrompts } from "../../agent/agent";
import type { Family } from "../../model/config";
import type { Skill } from "../../task/skills";

/** How one of the shipped small agents is made. */
export interface SmallAgentRecipe {
  role: string;
  /** The family of the paper's agent in that role. */
  family: Family;
  hiddenSize: number;
  intermediateSize: number;
  /** Default 2. */
  layers?: number;
  seed: number;
  /** The slots that the others' messages fill, in the order of the prompt. */
  slots: readonly string[];
  prompts: AgentPrompts;
  skill: Skill;
  /** Of its training. Default: those of `pretrainAgent`. */
  steps?: number;
  embeddingScale?: number;
}
