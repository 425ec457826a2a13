import type { Family, ModelConfig } from "../config";
import type { Fields } from "../fields";

/** What every family reads alike. */
export type CommonConfig = Omit<ModelConfig, "family">;

/** One family: how its `config.json` sets the switches of the decoder, and how they are written back. */
export interface FamilyDefinition {
  family: Family;
  /** The `model_type` values that name it, the one that is written first. */
  modelTypes: readonly string[];
  /** The class of transformers that is written. */
  architecture: string;
  /** What the transformers class takes where the file says nothing. Without `heads`, a file has to say them. */
  defaults: {
    vocabSize?: number;
    heads?: number;
    kvHeads?: number;
    headDim?: number;
    maxPositions: number;
    normEps?: number;
    ropeTheta?: number;
    tieWordEmbeddings?: boolean;
  };
  /** Values of `hidden_act` (or `hidden_activation`) that it runs, the default first. */
  activations: readonly string[];
  /** Reads the family's own fields. */
  read(field: Fields, common: CommonConfig): Partial<ModelConfig>;
  /** Writes the family's own fields. */
  write(config: ModelConfig): Record<string, unknown>;
}
