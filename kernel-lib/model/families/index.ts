import type { Family } from "../config";
import type { FamilyDefinition } from "./family";
import { gemma3 } from "./gemma3";
import { llama } from "./llama";
import { mistral } from "./mistral";
import { qwen2 } from "./qwen2";
import { qwen3 } from "./qwen3";
import { qwen35 } from "./qwen35";

export type { FamilyDefinition } from "./family";

/** Every family that this version runs. */
export const FAMILIES: Readonly<Record<Family, FamilyDefinition>> = {
  qwen2,
  qwen3,
  qwen3_5: qwen35,
  llama,
  gemma3,
  mistral,
};
