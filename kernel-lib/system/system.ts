import { inspect } from "node:util";
import type { Agent } from "../agent/agent";
import { DISPLAY, type MimeBundle } from "../engine/bridge";
import { checkChoice, checkCount, shown } from "../engine/check";
import { nearest } from "../engine/nearest";
import { tf } from "../engine/tf";
import { checkTools } from "../tool/checkTools";
import type { Tool } from "../tool/tool";
import { checkAgents } from "./checkAgents";
import { checkLinks } from "./checkLinks";
import { checkStyle } from "./checkStyle";
import { systemText, systemView } from "./describeSystem";
import { createLinks, flattenLinks, type Links } from "./links";
import { type Media, type Medium, type MediumChoice, mediaOf, type SystemMedium } from "./media";
import { checkMessageLimits, type MessageLimits, tightest } from "./messageLimits";
import { COMPOSITIONS, type Composition, type SystemOptions, type TextBaseline } from "./options";
import type { Style } from "./style";

export type { Medium, MediumChoice, SystemMedium } from "./media";
export type { MessageLimit, MessageLimits } from "./messageLimits";
export type { Composition, SystemOptions, TextBaseline } from "./options";

/** How a twin in text is to talk. */
export interface WithMediumOptions {
  /**
   * Whether to cut messages and change prompts as the authors' text baseline did; only for a system of
   * {@link loadSystem}, in text. Default false.
   */
  asReleased?: boolean;
}

interface SystemParts {
  style: Style;
  agents: Readonly<Record<string, Agent>>;
  latentSteps: number;
  composition: Composition;
  media: Media;
  maxMessageTokens: number;
  messageLimits: MessageLimits;
  tools: readonly Tool[];
  textBaseline?: TextBaseline;
  asReleased: boolean;
  /** Shared between a system and its `with…` twins, so that training one is seen by the other. */
  box: { links: Links };
}

/** Agents, a collaboration style and the links between them: what the paper calls a recursive multi-agent system. */
export class RecursiveSystem {
  readonly style: Style;
  readonly agents: Readonly<Record<string, Agent>>;
  readonly latentSteps: number;
  readonly composition: Composition;
  /** `"mixed"` where some edges carry latent thoughts and some text: see {@link mediumOf}. */
  readonly medium: SystemMedium;
  readonly maxMessageTokens: number;
  /** By role, what cuts its messages in text. */
  readonly messageLimits: MessageLimits;
  /** What the speaker may call while it answers. */
  readonly tools: readonly Tool[];
  readonly #parts: SystemParts;

  private constructor(parts: SystemParts) {
    const { agents, messageLimits, textBaseline } = parts;
    const cuts = parts.asReleased ? textBaseline : undefined;
    this.style = parts.style;
    this.agents = { ...agents, ...withPrompts(agents, cuts) };
    this.latentSteps = parts.latentSteps;
    this.composition = parts.composition;
    this.medium = parts.media.all;
    this.maxMessageTokens = parts.maxMessageTokens;
    this.messageLimits = cuts ? tightest(messageLimits, cuts.messageLimits) : messageLimits;
    this.tools = parts.tools;
    this.#parts = parts;
  }

  /**
   * Joins agents by a style, with fresh random links or those given. {@link recursiveSystem} is the same with roles that
   * are typed.
   *
   * @throws if the style cannot be run, an agent is missing, a prompt lacks its slot or its opening, the links given
   *   have other shapes (they are then still the caller's), or an option is out of range
   */
  static async create(
    style: Style,
    agents: Readonly<Record<string, Agent>>,
    {
      latentSteps = 1,
      composition = "outer(inner(h))",
      medium = "latent",
      seed = 0,
      maxMessageTokens = 16,
      messageLimits = {},
      tools = [],
      links,
      textBaseline,
    }: SystemOptions = {},
  ): Promise<RecursiveSystem> {
    checkCount("latentSteps", latentSteps, "latentSteps: 3");
    checkCount("maxMessageTokens", maxMessageTokens, "maxMessageTokens: 16");
    checkChoice("composition", composition, COMPOSITIONS);
    checkStyle(style);
    const media = mediaOf(style, medium);
    checkMessageLimits(style, messageLimits);
    checkTools(tools);
    checkAgents(style, agents);
    if (links) checkLinks({ style, agents }, links);
    const box = { links: links ?? (await createLinks(style, agents, { seed })) };
    return new RecursiveSystem({
      style,
      agents,
      latentSteps,
      composition,
      media,
      maxMessageTokens,
      messageLimits,
      tools,
      textBaseline,
      asReleased: false,
      box,
    });
  }

  /** What an edge carries, by its name, such as `"planner-critic"`. */
  mediumOf(edge: string): Medium {
    const { style, media } = this.#parts;
    const names = Object.keys(media.byEdge);
    const medium = media.byEdge[edge];
    if (medium) return medium;
    throw new Error(
      `there is no edge ${shown(edge)} in the ${style.name} style; there are ${names.join(", ") || "none"}. ` +
        `Try ${names.length > 0 ? shown(nearest(String(edge), names)) : "system.medium"}.`,
    );
  }

  /** The links as they are now. Training replaces them. */
  get links(): Links {
    return this.#parts.box.links;
  }

  /** Puts other links of the same shapes in place, and frees the old ones. */
  replaceLinks(links: Links): void {
    checkLinks(this, links);
    const old = new Set(Object.values(flattenLinks(this.#parts.box.links)));
    for (const kept of Object.values(flattenLinks(links))) old.delete(kept);
    this.#parts.box.links = links;
    tf.dispose([...old]);
  }

  /**
   * The same agents and links, talking by another medium: one for all edges, or by edge, and then latent on those not
   * named.
   *
   * @throws if there is no such medium or edge, or `asReleased` is asked of a system that was not released, or not of text
   * @example mas.withMedium({ "critic-solver": "text" })
   */
  withMedium(medium: MediumChoice, { asReleased = false }: WithMediumOptions = {}): RecursiveSystem {
    const media = mediaOf(this.style, medium);
    if (asReleased) this.#checkReleased(media);
    return new RecursiveSystem({ ...this.#parts, media, asReleased });
  }

  /** The same agents and links, with another number of latent thoughts per turn. */
  withLatentSteps(latentSteps: number): RecursiveSystem {
    checkCount("latentSteps", latentSteps, "withLatentSteps(3)");
    return new RecursiveSystem({ ...this.#parts, latentSteps });
  }

  /** The same agents and style with a copy of the links, to train apart. */
  clone(): RecursiveSystem {
    const copy = (set: Links["inner"]): Links["inner"] =>
      Object.fromEntries(
        Object.entries(set).map(([owner, link]) => [
          owner,
          Object.fromEntries(Object.entries(link).map(([name, tensor]) => [name, tensor.clone()])),
        ]),
      );
    const { inner, outer } = this.links;
    return new RecursiveSystem({
      ...this.#parts,
      box: { links: { inner: copy(inner), outer: copy(outer) } },
    });
  }

  /**
   * Frees the links. The agents stay, and so do the tools, which clones and other systems may share; free them with
   * their own `dispose`.
   *
   * @example
   * mas.dispose();
   * for (const tool of mas.tools) await tool.dispose?.();
   */
  dispose(): void {
    tf.dispose(Object.values(flattenLinks(this.links)));
  }

  /** How many numbers training may change. */
  get trainableParameters(): number {
    return Object.values(flattenLinks(this.links)).reduce((sum, { size }) => sum + size, 0);
  }

  toString(): string {
    return systemText(this);
  }

  [DISPLAY](): MimeBundle {
    return systemView(this);
  }

  [inspect.custom](): string {
    return String(this);
  }

  #checkReleased({ all }: Media): void {
    if (!this.#parts.textBaseline) {
      throw new Error(
        `asReleased repeats how the authors cut the messages of a system that they released, and this ` +
          `${this.style.name} system was made here. Try messageLimits, or loadSystem().`,
      );
    }
    if (all !== "text") {
      throw new Error(
        `asReleased repeats cuts in messages of text, and the medium is ${all}. ` +
          'Try withMedium("text", { asReleased: true }).',
      );
    }
  }
}

/** The agents whose prompts a text baseline changes, with those prompts. */
function withPrompts(
  agents: Readonly<Record<string, Agent>>,
  { prompts }: Pick<TextBaseline, "prompts"> = { prompts: {} },
): Record<string, Agent> {
  return Object.fromEntries(
    Object.entries(prompts).map(([role, told]) => [role, agents[role]!.withPrompts(told)]),
  );
}
