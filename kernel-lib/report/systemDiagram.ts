import { nearest } from "../engine/nearest";
import { arrow, card, escapeXML, heads, label, loop, type Point, pill, wordsArrow } from "./diagramParts";
import { Drawing } from "./drawing";
import { FONT_STACK } from "./font";
import { INK, MUTED, WIDTH } from "./theme";

/** What {@link systemDiagram} draws. */
export interface SystemGraph {
  /** In the order of their turns. */
  agents: { name: string; family: string; hiddenSize: number }[];
  /** Links between agents, by name; one that leads back to an earlier agent is crossed between rounds. */
  edges: { from: string; to: string; kind: "outer" }[];
  /** Agents with an inner link. Default: all. */
  innerLinks?: string[];
  /** The agent that speaks at the end of the last round. Default: the last. */
  answer?: string;
  rounds?: number;
  latentSteps?: number;
  /** What crosses between the agents. Default: `"latent"`. */
  medium?: "latent" | "text";
  title?: string;
  subtitle?: string;
}

/** A system's graph, drawn. */
export class Diagram extends Drawing {
  constructor(
    text: string,
    private readonly svg: string,
  ) {
    super("system", text, WIDTH);
  }

  async toSVG(): Promise<string> {
    return this.svg;
  }
}

const CARD = { width: 160, height: 66 };
const FOOT_SPREAD = 312; // leaves room for the words in and out at the sides

/**
 * Draws the loop of agents and links: who thinks, what crosses, and where text comes out. Agents that feed one
 * another in a ring stand around it; several that feed one stand above it.
 *
 * @throws if there are no agents, or an edge names an agent that is not there
 * @example systemDiagram({ agents: [{ name: "planner", family: "qwen3", hiddenSize: 64 }, …], edges: [{ from: "planner", to: "critic", kind: "outer" }, …] })
 */
export function systemDiagram(graph: SystemGraph): Diagram {
  const { agents, edges } = graph;
  if (!agents.length) {
    throw new Error(
      "a system needs at least one agent to be drawn; agents is []. Try a style with a role in its order.",
    );
  }
  const names = agents.map(({ name }) => name);
  for (const name of [...edges.flatMap(({ from, to }) => [from, to]), graph.answer ?? names[0]!]) {
    if (names.includes(name)) continue;
    throw new Error(
      `no agent is called "${name}"; there are ${names.join(", ")}. Try "${nearest(name, names)}".`,
    );
  }
  return new Diagram(describe(graph), draw(graph));
}

interface Place extends Point {
  /** Where the inner link's loop goes: -1 above the card, 1 below. */
  side: 1 | -1;
}

function draw(graph: SystemGraph): string {
  const { agents, edges, answer = agents.at(-1)!.name, medium = "latent", latentSteps, rounds } = graph;
  const latent = medium === "latent";
  const { innerLinks = latent ? agents.map(({ name }) => name) : [] } = graph;
  const {
    title = latent ? "Agents that think in one loop" : "Agents that write to one another",
    subtitle = latent
      ? `${rounds ? `${rounds} rounds` : "Rounds"} of latent thoughts${latentSteps ? `, ${steps(latentSteps)} a turn` : ""}; words only at the very end`
      : `${rounds ? `${rounds} rounds` : "Rounds"} of written messages`,
  } = graph;
  const order = agents.map(({ name }) => name);
  const { places, height, hub } = arrange(order, edges, innerLinks.length > 0);
  const at = (name: string) => places.get(name)!;
  const hidden = (name: string) => agents.find((agent) => agent.name === name)!.hiddenSize;
  const kind = latent ? "outer" : "message";
  const outer = edges.map(({ from, to }) => {
    const back = order.indexOf(to) <= order.indexOf(from);
    const width =
      hidden(from) === hidden(to) ? `width ${hidden(from)}` : `width ${hidden(from)} → ${hidden(to)}`;
    const lines = [
      latent ? "outer link" : "message",
      back ? "to the next round" : latent ? width : "in words",
    ];
    if (from === to) return loop(at(from), CARD, at(from).side === 1 ? -1 : 1, kind, lines);
    const paired = edges.some((other) => other.from === to && other.to === from);
    // around a hub there is room for two labels: left of the first way back, right of the last way in
    const named =
      !hub ||
      (from === hub
        ? to === order.find((name) => name !== hub)
        : from === order.findLast((name) => name !== hub));
    return arrow(at(from), at(to), CARD, {
      kind,
      lines: named ? lines : [],
      offset: paired ? 12 : 0,
      dashed: back,
    });
  });
  const inner = innerLinks.map((name) =>
    loop(at(name), CARD, at(name).side, "inner", [
      "inner link",
      latentSteps ? steps(latentSteps) : "each step",
    ]),
  );
  const cards = agents.map(({ name, family, hiddenSize }) =>
    card(at(name), CARD, name, `${family} · width ${hiddenSize}`),
  );
  const readers = hub ? order.filter((name) => name !== hub) : order.slice(0, 1);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="${FONT_STACK}" role="img">
<title>${escapeXML(title)}</title>
${heads()}
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
<text x="24" y="38" font-size="17" font-weight="600" fill="${INK}">${escapeXML(title)}</text>
<text x="24" y="61" font-size="13" fill="${MUTED}">${escapeXML(subtitle)}</text>
${[...outer, ...inner, ...cards, ...readers.map((name) => question(at(name), Boolean(hub))), spoken(at(answer))].join("\n")}
</svg>
`;
}

const steps = (count: number): string => `${count} step${count === 1 ? "" : "s"}`;

/** The question goes in at the left of a card, or above it where several agents read it side by side. */
function question({ x, y }: Point, above: boolean): string {
  const edge = x - CARD.width / 2;
  const top = y - CARD.height / 2;
  if (above)
    return (
      pill({ x: edge, y: top - 38 }, "question") +
      wordsArrow({ x: edge + 14, y: top - 23 }, { x: edge + 14, y: top - 3 })
    );
  return pill({ x: edge - 80, y }, "question") + wordsArrow({ x: edge - 39, y }, { x: edge - 4, y });
}

/** The answer comes out at the right of the agent that speaks. */
function spoken({ x, y }: Point): string {
  const edge = x + CARD.width / 2;
  return (
    wordsArrow({ x: edge + 2, y }, { x: edge + 38, y }) +
    pill({ x: edge + 80, y }, "answer") +
    label({ x: edge + 80, y: y + 34 }, ["in words, after", "the last round"], "middle")
  );
}

/** The first and last agent stand at the foot, the rest above them; or the one that several feed at the foot alone. */
function arrange(
  names: readonly string[],
  edges: SystemGraph["edges"],
  loops: boolean,
): { places: Map<string, Place>; height: number; hub: string | undefined } {
  const hub = names.find((name) => names.length > 2 && edges.filter(({ to }) => to === name).length > 1);
  const top = hub ? names.filter((name) => name !== hub) : names.slice(1, -1);
  const foot = hub ? [hub] : names.length > 1 ? [names[0]!, names.at(-1)!] : [...names];
  const topY = 61 + CARD.height / 2 + (loops || hub ? 84 : 40);
  const footY = top.length ? topY + 190 : topY;
  const places = new Map<string, Place>();
  const stand = (row: readonly string[], y: number, spread: number, side: 1 | -1) => {
    row.forEach((name, index) => {
      places.set(name, { x: WIDTH / 2 + (index - (row.length - 1) / 2) * spread, y, side });
    });
  };
  stand(top, topY, top.length > 2 ? Math.min(240, 500 / (top.length - 1)) : FOOT_SPREAD, -1);
  stand(foot, footY, FOOT_SPREAD, top.length ? 1 : -1);
  return { places, height: footY + CARD.height / 2 + (top.length && loops ? 78 : 56), hub };
}

function describe({ agents, edges, answer = agents.at(-1)!.name, rounds, latentSteps }: SystemGraph): string {
  const who = agents
    .map(({ name, family, hiddenSize }) => `${name} (${family}, width ${hiddenSize})`)
    .join(", ");
  const how = edges.map(({ from, to }) => `${from} → ${to}`).join(", ");
  const depth = [rounds && `${rounds} rounds`, latentSteps && `${steps(latentSteps)} a turn`]
    .filter(Boolean)
    .join(", ");
  return `Agents: ${who}\nOuter links: ${how || "none"}\nAnswer: ${answer}, as text after the last round${depth && `\nDepth: ${depth}`}`;
}
