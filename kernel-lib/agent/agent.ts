import { inspect } from "node:util";
import { DISPLAY, type MimeBundle } from "../engine/bridge";
import { escapeHTML } from "../engine/html";
import { tf } from "../engine/tf";
import { parameterCount } from "../model/parameters";
import type { Model } from "../model/transformer";
import type { Tokenizer } from "../text/tokenizer";
import { checkPrompts } from "./checkPrompts";

/** What an agent is told, as templates with `{{ fields }}` of the question and `<<slots>>` for messages. */
export interface AgentPrompts {
  /** The system turn, if any. */
  system?: string;
  /**
   * The first round of an agent that later hears an earlier one: holds exactly the slots of messages of the same round,
   * so none for an agent that starts. Other agents need none.
   */
  opening?: string;
  /** Every other turn: holds every slot that the agent's incoming edges fill. */
  recurring: string;
}

/** What makes an agent: see {@link Agent}. */
export interface AgentParts {
  name: string;
  model: Model;
  tokenizer: Tokenizer;
  /** The tokens that end a turn, at least one; where one is to be written, it is the first. */
  stopIds: readonly number[];
  prompts: AgentPrompts;
}

/**
 * A frozen language model in a role: model, tokenizer, prompts. {@link loadAgent} makes one from a folder.
 *
 * @example critic.withPrompts({ recurring: "Check this plan: <<plan>>" })
 */
export class Agent implements AgentParts {
  readonly name: string;
  readonly model: Model;
  readonly tokenizer: Tokenizer;
  readonly stopIds: readonly number[];
  readonly prompts: AgentPrompts;

  constructor({ name, model, tokenizer, stopIds, prompts }: AgentParts) {
    if (stopIds.length === 0) {
      throw new Error(
        `agent "${name}" has no token that ends a turn. Try setting eos_token in its tokenizer_config.json, ` +
          "or giving stopIds.",
      );
    }
    checkPrompts(`the prompts of agent "${name}"`, prompts);
    this.name = name;
    this.model = model;
    this.tokenizer = tokenizer;
    this.stopIds = stopIds;
    this.prompts = prompts;
  }

  /** d, the width of its hidden states. */
  get hiddenSize(): number {
    return this.model.config.hiddenSize;
  }

  /** How many numbers its model has; all of them stay as they are. */
  get parameters(): number {
    return parameterCount(this.model.config);
  }

  /** The same model with other prompts. */
  withPrompts(prompts: AgentPrompts): Agent {
    return new Agent({ ...this, prompts });
  }

  /** Frees the model's tensors. The agent cannot be used after. */
  dispose(): void {
    tf.dispose(this.model.weights as Record<string, tf.Tensor>);
  }

  toString(): string {
    return [`Agent "${this.name}"`, ...factsOf(this).map(([key, value]) => `  ${key}: ${value}`)].join("\n");
  }

  [DISPLAY](): MimeBundle {
    const rows = factsOf(this).map(
      ([key, value]) => `<tr><td><b>${key}</b></td><td>${escapeHTML(value)}</td></tr>`,
    );
    return {
      "text/html": `<table><tr><th colspan="2">Agent “${escapeHTML(this.name)}”</th></tr>${rows.join("")}</table>`,
      "text/plain": this.toString(),
    };
  }

  [inspect.custom](): string {
    return String(this);
  }
}

function factsOf({ model, parameters, tokenizer, prompts }: Agent): [string, string][] {
  const { family, layers, hiddenSize, heads } = model.config;
  return [
    ["model", `${family}, ${layers} layers, width ${hiddenSize}, ${heads} heads`],
    ["parameters", `${parameters.toLocaleString("en-US")}, frozen`],
    ["vocabulary", `${tokenizer.vocabSize} tokens`],
    ...(prompts.opening ? [["first prompt", prompts.opening] as [string, string]] : []),
    ["prompt", prompts.recurring],
  ];
}
