import { inspect } from "node:util";
import type { Agent } from "../agent/agent";
import { DISPLAY, type MimeBundle } from "../engine/bridge";
import { checkChoice, checkCount } from "../engine/check";
import { escapeHTML } from "../engine/html";
import { tf } from "../engine/tf";
import { checkAgents } from "./checkAgents";
import { checkStyle } from "./checkStyle";
import { createLinks, flattenLinks, type Links, linkShapes } from "./links";
import type { Style } from "./style";

/** What crosses between agents: latent thoughts through the links, or decoded text. */
export type Medium = "latent" | "text";

/** What the outer link reads: `outer(inner(h))` as in the released code, or `outer(h)` as in the paper's equation 4. */
export type Composition = "outer(inner(h))" | "outer(h)";

const MEDIA: readonly Medium[] = ["latent", "text"];
const COMPOSITIONS: readonly Composition[] = ["outer(inner(h))", "outer(h)"];

/** The settings of a system. */
export interface SystemOptions {
  /** m: latent thoughts per turn. Default 1. */
  latentSteps?: number;
  /** Default `"outer(inner(h))"`. */
  composition?: Composition;
  /** Default `"latent"`. */
  medium?: Medium;
  /** Of the first, random links. Default 0. */
  seed?: number;
  /** The longest message in text, in tokens. Default 16. */
  maxMessageTokens?: number;
  /** Links to begin with, which the system then owns. Default: fresh random ones. */
  links?: Links;
}

interface SystemParts extends Required<Omit<SystemOptions, "seed" | "links">> {
  style: Style;
  agents: Readonly<Record<string, Agent>>;
  /** Shared between a system and its `with…` twins, so that training one is seen by the other. */
  box: { links: Links };
}

/** Agents, a collaboration style and the links between them: what the paper calls a recursive multi-agent system. */
export class RecursiveSystem {
  readonly style: Style;
  readonly agents: Readonly<Record<string, Agent>>;
  readonly latentSteps: number;
  readonly composition: Composition;
  readonly medium: Medium;
  readonly maxMessageTokens: number;
  readonly #box: { links: Links };

  private constructor(parts: SystemParts) {
    this.style = parts.style;
    this.agents = parts.agents;
    this.latentSteps = parts.latentSteps;
    this.composition = parts.composition;
    this.medium = parts.medium;
    this.maxMessageTokens = parts.maxMessageTokens;
    this.#box = parts.box;
  }

  /**
   * Joins agents by a style, with fresh random links or those given.
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
      links,
    }: SystemOptions = {},
  ): Promise<RecursiveSystem> {
    checkCount("latentSteps", latentSteps, "latentSteps: 3");
    checkCount("maxMessageTokens", maxMessageTokens, "maxMessageTokens: 16");
    checkChoice("composition", composition, COMPOSITIONS);
    checkChoice("medium", medium, MEDIA);
    checkStyle(style);
    checkAgents(style, agents);
    if (links) checkLinks({ style, agents }, links);
    const box = { links: links ?? (await createLinks(style, agents, { seed })) };
    return new RecursiveSystem({ style, agents, latentSteps, composition, medium, maxMessageTokens, box });
  }

  /** The links as they are now. Training replaces them. */
  get links(): Links {
    return this.#box.links;
  }

  /** Puts other links of the same shapes in place, and frees the old ones. */
  replaceLinks(links: Links): void {
    checkLinks(this, links);
    const old = new Set(Object.values(flattenLinks(this.#box.links)));
    for (const kept of Object.values(flattenLinks(links))) old.delete(kept);
    this.#box.links = links;
    tf.dispose([...old]);
  }

  /** The same agents and links, talking by the other medium. */
  withMedium(medium: Medium): RecursiveSystem {
    checkChoice("medium", medium, MEDIA);
    return new RecursiveSystem({ ...this.#parts(), medium });
  }

  /** The same agents and links, with another number of latent thoughts per turn. */
  withLatentSteps(latentSteps: number): RecursiveSystem {
    checkCount("latentSteps", latentSteps, "withLatentSteps(3)");
    return new RecursiveSystem({ ...this.#parts(), latentSteps });
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
      ...this.#parts(),
      box: { links: { inner: copy(inner), outer: copy(outer) } },
    });
  }

  /** Frees the links. The agents stay; free them with their own `dispose`. */
  dispose(): void {
    tf.dispose(Object.values(flattenLinks(this.links)));
  }

  /** How many numbers training may change. */
  get trainableParameters(): number {
    return Object.values(flattenLinks(this.links)).reduce((sum, { size }) => sum + size, 0);
  }

  toString(): string {
    return [this.#title(), ...this.#facts().map(([key, value]) => `  ${key}: ${value}`)].join("\n");
  }

  [DISPLAY](): MimeBundle {
    const cells = this.#facts().map((fact) => fact.map(escapeHTML));
    const rows = cells.map(([key, value]) => `<tr><td><b>${key}</b></td><td>${value}</td></tr>`);
    return {
      "text/html": `<table><tr><th colspan="2">${escapeHTML(this.#title())}</th></tr>${rows.join("")}</table>`,
      "text/plain": this.toString(),
    };
  }

  [inspect.custom](): string {
    return String(this);
  }

  #title(): string {
    return `Recursive system, ${this.style.name}`;
  }

  #facts(): [string, string][] {
    const { style, agents, latentSteps, composition, medium, trainableParameters } = this;
    const count = (value: number): string => value.toLocaleString("en-US");
    return [
      ...style.order.map((role): [string, string] => {
        const { model, hiddenSize, parameters } = agents[role]!;
        return [role, `${model.config.family}, width ${hiddenSize}, ${count(parameters)} parameters, frozen`];
      }),
      ["medium", medium],
      ["latent steps per turn", `${latentSteps}`],
      ["composition", composition],
      ["links", `${count(trainableParameters)} trainable parameters`],
    ];
  }

  #parts(): SystemParts {
    const { style, agents, latentSteps, composition, medium, maxMessageTokens } = this;
    return { style, agents, latentSteps, composition, medium, maxMessageTokens, box: this.#box };
  }
}

/** Throws unless the links have the tensors of a system of these agents, in their shapes. */
export function checkLinks({ style, agents }: Pick<RecursiveSystem, "style" | "agents">, given: Links): void {
  const want = linkShapes(style, agents);
  const have = flattenLinks(given);
  for (const [name, shape] of Object.entries(want)) {
    const found = have[name]?.shape;
    if (`${found}` === `${shape}`) continue;
    throw new Error(
      `these links belong to another system: ${name} should be [${shape}] and is ` +
        `${found ? `[${found}]` : "missing"}. Try links that were made with agents of the same roles and widths.`,
    );
  }
  const extra = Object.keys(have).find((name) => !(name in want));
  if (extra) {
    throw new Error(
      `these links belong to another system: this one has no ${extra}. ` +
        "Try links that were made with agents of the same roles and widths.",
    );
  }
}
