import { SMALL_DELIBERATION } from "./deliberation";
import { SMALL_DISTILLATION } from "./distillation";
import { SMALL_MIXTURE } from "./mixture";
import type { SmallAgentRecipe } from "./recipe";
import { SMALL_SEQUENTIAL } from "./sequential";
import { SMALL_SEQUENTIAL_SCALED } from "./sequentialScaled";

export type { SmallAgentRecipe } from "./recipe";

/** The recipes of all agents that come with the package, by the name of their set. */
export const CASTS: Readonly<Record<string, readonly SmallAgentRecipe[]>> = {
  "small/sequential": SMALL_SEQUENTIAL,
  "small/sequential-scaled": SMALL_SEQUENTIAL_SCALED,
  "small/mixture": SMALL_MIXTURE,
  "small/distillation": SMALL_DISTILLATION,
  "small/deliberation": SMALL_DELIBERATION,
};
