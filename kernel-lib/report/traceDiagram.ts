import { shown } from "../engine/check";
import { Trace } from "../system/trace/trace";
import { flat } from "../system/trace/words";
import { COLOURS, escapeXML, heads, type Point } from "./diagramParts";
import { Drawing } from "./drawing";
import { fitLines } from "./fitLines";
import { FONT_STACK, fontMetrics } from "./font";
import { INK, MUTED, WIDTH } from "./theme";
import { type CardText, cardText, heightOf, toolTag, turnCard } from "./traceCard";
import {
  downRoom,
  type Grid,
  gutter,
  type Lanes,
  lanesOf,
  middle,
  type Passage,
  passages,
  pathOf,
  polyline,
} from "./unrolled";

/** The unrolled loop of a trace, drawn. */
export class TraceDiagram extends Drawing {
  constructor(
    text: string,
    width: number,
    private readonly svg: string,
  ) {
    super("trace", text, width);
  }

  async toSVG(): Promise<string> {
    return this.svg;
  }
}

const EDGE = 24;
const TOP = 112; // title, subtitle and the names of the columns
const ROW_GAP = 30;
const CARD = { least: 68, most: 224 };
const MOST_SPARE = 26;
const LEAST_HEIGHT = 40;
const LABEL = 13;

/**
 * Draws the unrolled loop of a trace: a column per round, a row per agent, on each card what was thought (its likeliest
 * readings) or said, with norm and cosine to the round before; arrows for what went from agent to agent, and the answer.
 *
 * @throws if the trace has no turns
 * @example traceDiagram(await trace(mas, task.test[0], { rounds: 3 }))
 */
export function traceDiagram(trace: Trace): TraceDiagram {
  if (!(trace instanceof Trace)) {
    throw new TypeError(
      `what is to be drawn is ${Array.isArray(trace) ? "a list" : shown(trace)}, not a trace. ` +
        "Try traceDiagram(await trace(mas, task.test[0])).",
    );
  }
  if (trace.steps.length === 0) {
    throw new Error(
      `the trace of "${trace.id}" has no turns to draw. Try one that was not stopped in its first turn.`,
    );
  }
  const plan = planOf(trace);
  return new TraceDiagram(String(trace), plan.width, draw(trace, plan));
}

/** Where everything goes. */
interface Plan {
  grid: Grid;
  all: Passage[];
  lanes: Lanes;
  cards: CardText[];
  width: number;
}

function planOf(trace: Trace): Plan {
  const { system, rounds, steps } = trace;
  const all = passages(trace);
  const lanes = lanesOf(all);
  const left = EDGE + Math.max(...["answer", ...system.order].map(labelWidth)) + 18;
  const around = left + EDGE + downRoom(lanes) + gutter(lanes) * (rounds - 1);
  const free = Math.floor((WIDTH - around) / rounds);
  const card = Math.min(CARD.most, Math.max(CARD.least, free));
  const cards = steps.map((step) => cardText(step, card));
  const width = Math.max(WIDTH, Math.ceil(around + card * rounds));
  const spare = Math.min(MOST_SPARE, (width - around - card * rounds) / Math.max(1, rounds - 1));
  const rows = rowsOf(trace, cards);
  return { grid: { left, card, step: card + gutter(lanes) + spare, rows, spare }, all, lanes, cards, width };
}

function rowsOf({ system, steps }: Trace, cards: readonly CardText[]): Grid["rows"] {
  let top = TOP;
  return system.order.map((role) => {
    const heights = cards.filter((_, i) => steps[i]!.role === role).map(heightOf);
    const row = { top, height: Math.max(LEAST_HEIGHT, ...heights) };
    top += row.height + ROW_GAP;
    return row;
  });
}

const labelWidth = (name: string): number => fontMetrics().width(name, LABEL, true);

function draw(trace: Trace, plan: Plan): string {
  const { grid, all, lanes, cards, width } = plan;
  const { order } = trace.system;
  const answer = answerRow(trace, plan);
  const bottom = footOf(grid) + (answer ? ROW_GAP + 40 : 8);
  const { items, height } = legend(trace, { x: EDGE, y: bottom + 18 }, width);
  const title = `The loop, unrolled: “${trace.id}”`;
  const columns = Array.from({ length: trace.rounds }, (_, column) => {
    const { x } = middle(grid, { column, row: 0 });
    return words({ x, y: TOP - 14 }, `round ${column + 1}`, { anchor: "middle", colour: MUTED });
  });
  const rows = order.map((role, row) => {
    const { y } = middle(grid, { column: 0, row });
    return words({ x: EDGE, y: y + 4.5 }, role, { bold: true });
  });
  const turns = trace.steps.map(({ round, role }, i) => {
    const row = order.indexOf(role);
    const size = { width: grid.card, height: grid.rows[row]!.height };
    return turnCard(middle(grid, { column: round - 1, row }), size, cards[i]!);
  });
  const arrows = all.map((one) => arrow(pathOf(one, all, lanes, grid), one.medium));
  const total = bottom + 18 + height;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}" font-family="${FONT_STACK}" role="img">
<title>${escapeXML(title)}</title>
${heads()}
<rect width="${width}" height="${total}" fill="#ffffff"/>
<text x="${EDGE}" y="38" font-size="17" font-weight="600" fill="${INK}">${escapeXML(title)}</text>
<text x="${EDGE}" y="61" font-size="13" fill="${MUTED}">${escapeXML(subtitle(trace))}</text>
${[...columns, ...rows, ...arrows, ...turns, answer, ...items].join("\n")}
</svg>
`;
}

const footOf = ({ rows }: Grid): number => rows.at(-1)!.top + rows.at(-1)!.height;

function subtitle({ system, rounds }: Trace): string {
  const turns = `${rounds} round${rounds === 1 ? "" : "s"}`;
  if (system.medium === "text") return `${system.style}, ${turns} of written messages`;
  const also = system.medium === "mixed" ? " and written messages" : "";
  return `${system.style}, ${turns} of latent thoughts${also}, ${system.latentSteps} a turn`;
}

/** Latents along a firm line, words along a dotted one: told apart without colour too. */
function arrow(path: string, medium: "latent" | "text"): string {
  const kind = medium === "latent" ? "outer" : "message";
  const look = medium === "latent" ? 'stroke-width="2"' : 'stroke-width="1.8" stroke-dasharray="2 3.5"';
  return `<path d="${path}" fill="none" stroke="${COLOURS[kind]}" ${look} marker-end="url(#head-${kind})"/>`;
}

/** The answer at the foot of the last column, an arrow to it from the one who speaks, and the gold answer beside. */
function answerRow(trace: Trace, { grid, lanes }: Plan): string {
  const { answer, gold, system, steps } = trace;
  const last = steps.findLast((step) => step.answer !== undefined);
  if (answer === undefined || !last) return "";
  const from = middle(grid, { column: last.round - 1, row: system.order.indexOf(last.role) });
  const [right, foot] = [from.x + grid.card / 2, footOf(grid) + ROW_GAP];
  const room = Math.max(grid.card, 0.6 * (right - grid.left)) - 24;
  const line = (text: string, width: number) =>
    fitLines(flat(text), { width, size: LABEL, most: 1, bold: true }, fontMetrics())[0]!;
  const text = line(answer, room);
  const width = Math.max(64, fontMetrics().width(text, LABEL, true) + 24);
  // below the card, or where it is too wide for that, out to the left
  const left = Math.min(from.x, right - width / 2) - width / 2;
  const lane = right + downRoom(lanes) + 10;
  const speaksLast = last.role === system.order.at(-1);
  const start = speaksLast
    ? [{ x: from.x, y: footOf(grid) + 2 }]
    : [
        { x: right + 2, y: from.y + 14 },
        { x: lane, y: from.y + 14 },
        { x: lane, y: foot - 14 },
        { x: from.x, y: foot - 14 },
      ];
  const path = polyline([...start, { x: start.at(-1)!.x, y: foot - 3 }]);
  const told = `gold: ${flat(gold)}`;
  const space = left - grid.left - 14;
  const goldText = fitLines(told, { width: Math.max(60, space), size: LABEL, most: 1 }, fontMetrics())[0]!;
  return [
    words({ x: EDGE, y: foot + 19.5 }, "answer", { bold: true }),
    `<path d="${path}" fill="none" stroke="${INK}" stroke-width="1.6" marker-end="url(#head-words)"/>`,
    `<rect x="${left.toFixed(1)}" y="${foot}" width="${width.toFixed(1)}" height="30" rx="15" fill="#ffffff" stroke="${INK}" stroke-width="1.3"/>`,
    words({ x: left + width / 2, y: foot + 19.5 }, text, { anchor: "middle", bold: true }),
    words({ x: left - 14, y: foot + 19.5 }, goldText, { anchor: "end", colour: MUTED }),
  ].join("\n");
}

/** What the lines and small print mean, as far as they occur. */
function legend(trace: Trace, from: Point, width: number): { items: string[]; height: number } {
  const { steps, system } = trace;
  const media = new Set(steps.flatMap(({ heard }) => heard.map(({ medium }) => medium)));
  const sample = (medium: "latent" | "text") => (at: Point) =>
    arrow(`M${at.x} ${at.y - 4}L${at.x + 34} ${at.y - 4}`, medium);
  const calls = steps.flatMap((step) => step.calls);
  const parts: { mark?: (at: Point) => string; room: number; text: string }[] = [
    ...(media.has("latent")
      ? [{ mark: sample("latent"), room: 44, text: "thoughts, through an outer link" }]
      : []),
    ...(media.has("text") ? [{ mark: sample("text"), room: 44, text: "a message in words" }] : []),
    ...(calls.length > 0
      ? [
          {
            mark: (at: Point) => toolTag({ x: at.x + 18, y: at.y - 4 }, "tool", false),
            room: 44,
            text: "used on the way",
          },
        ]
      : []),
    ...(steps.some(({ thoughts }) => thoughts?.some(({ cosine }) => cosine !== null))
      ? [
          {
            room: 0,
            text: `cos: to the agent's own thought${system.latentSteps > 1 ? "s" : ""} one round before`,
          },
        ]
      : []),
  ];
  let at = from;
  const items = parts.map(({ mark, room, text }) => {
    const needed = room + fontMetrics().width(text, 12);
    if (at.x > from.x && at.x + needed > width - EDGE) at = { x: from.x, y: at.y + 20 };
    const item = (mark?.(at) ?? "") + words({ x: at.x + room, y: at.y }, text, { size: 12, colour: MUTED });
    at = { x: at.x + needed + 26, y: at.y };
    return item;
  });
  return { items, height: at.y - from.y + 22 };
}

function words(
  { x, y }: Point,
  text: string,
  {
    size = LABEL,
    colour = INK,
    bold = false,
    anchor = "start",
  }: { size?: number; colour?: string; bold?: boolean; anchor?: "start" | "middle" | "end" } = {},
): string {
  const weight = bold ? ' font-weight="600"' : "";
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="${size}"${weight} fill="${colour}">${escapeXML(text)}</text>`;
}
