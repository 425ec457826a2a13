import type { AgentPrompts } from "../agent/agent";
import type { Tool } from "../tool/tool";
import type { Links } from "./links";
import type { MediumChoice } from "./media";
import type { MessageLimits } from "./messageLimits";

/** What the outer link reads: `outer(inner(h))` as in the released code, or `outer(h)` as in the paper's equation 4. */
export type Composition = "outer(inner(h))" | "outer(h)";

export const COMPOSITIONS: readonly Composition[] = ["outer(inner(h))", "outer(h)"];

/** What the authors' text baseline did to messages and prompts; {@link loadSystem} sets it, for `asReleased`. */
export interface TextBaseline {
  /** By role, the prompts that it changed. */
  prompts: Readonly<Record<string, AgentPrompts>>;
  /** How it cut messages. */
  messageLimits: MessageLimits;
}

/** The settings of a system. */
export interface SystemOptions {
  /** m: latent thoughts per turn. Default 1. */
  latentSteps?: number;
  /** Default `"outer(inner(h))"`. */
  composition?: Composition;
  /** One for all edges, or by edge, as `{ "planner-critic": "text" }`. Default `"latent"`. */
  medium?: MediumChoice;
  /** Of the first, random links. Default 0. */
  seed?: number;
  /** The longest message in text, in tokens. Default 16. */
  maxMessageTokens?: number;
  /** By role, further limits of what an agent says in text to another; its answer has none. Default none. */
  messageLimits?: MessageLimits;
  /**
   * What the speaker may call while it answers; messages between agents call nothing. Default none, but for
   * {@link deliberation}.
   */
  tools?: readonly Tool[];
  /** Links to begin with, which the system then owns. Default: fresh random ones. */
  links?: Links;
  /** What `withMedium("text", { asReleased: true })` does. Default: the system refuses it. */
  textBaseline?: TextBaseline;
}
