import { INK, MUTED, PALETTE } from "./theme";

/** What a line stands for: a link inside an agent, one between agents, a written message, words in or out. */
export type Kind = "inner" | "outer" | "message" | "words";

export const COLOURS: Readonly<Record<Kind, string>> = {
  inner: PALETTE[0],
  outer: PALETTE[1],
  message: MUTED,
  words: INK,
};

/** The arrow heads, one a kind; goes into the drawing once. */
export const heads = (): string =>
  `<defs>${Object.entries(COLOURS)
    .map(
      ([kind, colour]) =>
        `<marker id="head-${kind}" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.8L10 5L0 9.2z" fill="${colour}"/></marker>`,
    )
    .join("")}</defs>`;

const stroke = (d: string, kind: Kind, dashed = false): string =>
  `<path d="${d}" fill="none" stroke="${COLOURS[kind]}" stroke-width="${kind === "words" ? 1.6 : 2.4}"${dashed ? ' stroke-dasharray="7 5"' : ""} marker-end="url(#head-${kind})"/>`;

/** A place in the drawing, in pixels; of a box, its middle. */
export interface Point {
  x: number;
  y: number;
}

interface Size {
  width: number;
  height: number;
}

export const escapeXML = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const tidy = (value: number): number => Math.round(value * 10) / 10;

/** An agent. */
export function card({ x, y }: Point, { width, height }: Size, name: string, detail: string): string {
  return `<g transform="translate(${tidy(x)} ${tidy(y)})"><rect x="${-width / 2}" y="${-height / 2}" width="${width}" height="${height}" rx="12" fill="#f6f9fb" stroke="#b6c0ca" stroke-width="1.5"/>
<text y="-3" text-anchor="middle" font-size="16" font-weight="600" fill="${INK}">${escapeXML(name)}</text>
<text y="18" text-anchor="middle" font-size="12" fill="${MUTED}">${escapeXML(detail)}</text></g>`;
}

/** Words, in or out. */
export function pill({ x, y }: Point, text: string): string {
  return `<g transform="translate(${tidy(x)} ${tidy(y)})"><rect x="-40" y="-14" width="80" height="28" rx="14" fill="#ffffff" stroke="${INK}" stroke-width="1.3"/>
<text y="4.5" text-anchor="middle" font-size="13" fill="${INK}">${escapeXML(text)}</text></g>`;
}

/** Lines of small text; with a kind, the first is bold and in its colour. */
export function label(
  { x, y }: Point,
  lines: readonly string[],
  anchor: "start" | "middle" | "end",
  kind?: Kind,
): string {
  return lines
    .map((line, index) => {
      const look = index === 0 && kind ? `fill="${COLOURS[kind]}" font-weight="600"` : `fill="${MUTED}"`;
      return `<text x="${tidy(x)}" y="${tidy(y + index * 16)}" text-anchor="${anchor}" font-size="12" ${look}>${escapeXML(line)}</text>`;
    })
    .join("");
}

/** An arrow of the words that come in or go out. */
export const wordsArrow = (from: Point, to: Point): string =>
  stroke(`M${tidy(from.x)} ${tidy(from.y)}L${tidy(to.x)} ${tidy(to.y)}`, "words");

/** A link from a card to itself, above (-1) or below (1) it. */
export function loop(
  { x, y }: Point,
  { height }: Size,
  side: 1 | -1,
  kind: Kind,
  lines: readonly string[],
): string {
  const edge = y + (side * height) / 2;
  const far = edge + side * 54;
  const path = `M${tidy(x - 22)} ${edge + side * 2}C${tidy(x - 36)} ${far} ${tidy(x + 36)} ${far} ${tidy(x + 23)} ${edge + side * 5}`;
  const first = edge + side * 24 + (side === 1 ? 0 : -6);
  return stroke(path, kind) + label({ x: x + 44, y: first }, lines, "start", kind);
}

export interface ArrowOptions {
  kind: Kind;
  lines: readonly string[];
  /** Shift to the left of the direction, so that an arrow and its way back lie side by side. */
  offset?: number;
  dashed?: boolean;
}

/** A link from card to card. */
export function arrow(
  from: Point,
  to: Point,
  card: Size,
  { kind, lines, offset = 0, dashed }: ArrowOptions,
): string {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const left = { x: uy, y: -ux }; // on a screen, where y points down
  const shift = ({ x, y }: Point): Point => ({ x: x + left.x * offset, y: y + left.y * offset });
  const start = leave(shift(from), { x: ux, y: uy }, from, card, 5);
  const end = leave(shift(to), { x: -ux, y: -uy }, to, card, 7);
  const path = `M${tidy(start.x)} ${tidy(start.y)}L${tidy(end.x)} ${tidy(end.y)}`;
  const middle = { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 };
  return stroke(path, kind, dashed) + arrowLabel(middle, left, lines, kind);
}

/** Beside a steep arrow, on its left; above or below a level one. */
function arrowLabel(middle: Point, left: Point, lines: readonly string[], kind: Kind): string {
  if (Math.abs(left.x) < 0.3) {
    const y = left.y < 0 ? middle.y - 10 - (lines.length - 1) * 16 : middle.y + 22;
    return label({ x: middle.x, y }, lines, "middle", kind);
  }
  const side = left.x > 0 ? 1 : -1;
  const clear = 12 + Math.min(28, 18 * Math.abs(left.y / left.x)); // the further the arrow leans over the label, the further off
  return label({ x: middle.x + side * clear, y: middle.y - 4 }, lines, side === 1 ? "start" : "end", kind);
}

/** Where a ray from inside a card leaves it, a little further out. */
function leave(from: Point, direction: Point, centre: Point, { width, height }: Size, gap: number): Point {
  const alongX = direction.x
    ? (centre.x + Math.sign(direction.x) * (width / 2) - from.x) / direction.x
    : Infinity;
  const alongY = direction.y
    ? (centre.y + Math.sign(direction.y) * (height / 2) - from.y) / direction.y
    : Infinity;
  const distance = Math.min(alongX, alongY) + gap;
  return { x: from.x + direction.x * distance, y: from.y + direction.y * distance };
}
