import type { Trace } from "../system/trace/trace";
import type { Point } from "./diagramParts";

/** A message of a trace, from turn to turn. */
export interface Passage {
  from: Turn;
  to: Turn;
  medium: "latent" | "text";
}

/** A place in the unrolled loop, both counted from 0. */
export interface Turn {
  column: number;
  row: number;
}

/** Sizes in pixels of an unrolled loop. */
export interface Grid {
  left: number;
  /** Width of a card, and from one column to the next. */
  card: number;
  step: number;
  /** The rows, each as high as its highest card. */
  rows: readonly { top: number; height: number }[];
  /** Room between columns beyond what lanes need. */
  spare: number;
}

const FIRST_LANE = 14; // room for the head of an arrow between a lane and a card
const LANE = 10;
const CORNER = 7;
const PORT = 7; // arrows in and out at one side of a card lie so far above and below its middle

/** The messages that were read in a trace, by column (round) and row (agent). */
export function passages({ steps, system }: Trace): Passage[] {
  const row = (role: string): number => system.order.indexOf(role);
  return steps.flatMap(({ round, role, heard }) =>
    heard.map(({ from, round: sent, medium }) => ({
      from: { column: sent - 1, row: row(from) },
      to: { column: round - 1, row: row(role) },
      medium,
    })),
  );
}

/** Who runs beside the cards: messages down past other agents, by receiver; messages to the next round, by sender. */
export interface Lanes {
  down: readonly number[];
  back: readonly number[];
}

/** The lanes between two columns: messages that meet in one agent share one, and so do those that part from one. */
export function lanesOf(all: readonly Passage[]): Lanes {
  const unique = (rows: readonly number[]): number[] => [...new Set(rows)].sort((a, b) => a - b);
  const sideways = all.filter((one) => !isStraight(one, all));
  return {
    down: unique(sideways.filter(isDown).map(({ to }) => to.row)),
    back: unique(sideways.filter((one) => !isDown(one)).map(({ from }) => from.row)),
  };
}

/** Pixels between two columns. */
export const gutter = ({ down, back }: Lanes): number =>
  down.length + back.length === 0
    ? 2 * FIRST_LANE
    : FIRST_LANE * (back.length ? 1 : 0.5) + downRoom({ down }) + LANE * Math.max(0, back.length - 1) + 8;

/** Pixels right of a column that lanes down take. */
export const downRoom = ({ down }: Pick<Lanes, "down">): number =>
  down.length ? FIRST_LANE + LANE * (down.length - 1) : 0;

const isDown = ({ from, to }: Passage): boolean => from.column === to.column;

/** Whether an arrow needs no lane: to the row below, where no others meet, or to the same row of the next column. */
function isStraight(one: Passage, all: readonly Passage[]): boolean {
  const { from, to } = one;
  if (!isDown(one)) return from.row === to.row && to.column === from.column + 1;
  const alone = all.every(
    (other) => other === one || !isDown(other) || other.to.row !== to.row || other.to.column !== to.column,
  );
  return alone && to.row === from.row + 1;
}

/** The middle of a card. */
export const middle = ({ left, rows, card, step }: Grid, { column, row }: Turn): Point => ({
  x: left + card / 2 + column * step,
  y: rows[row]!.top + rows[row]!.height / 2,
});

/** The path of a message, as SVG reads it. */
export function pathOf(one: Passage, all: readonly Passage[], lanes: Lanes, grid: Grid): string {
  const [a, b] = [middle(grid, one.from), middle(grid, one.to)];
  const [width, rowA, rowB] = [grid.card, grid.rows[one.from.row]!, grid.rows[one.to.row]!];
  if (isStraight(one, all)) {
    return isDown(one)
      ? polyline([
          { x: a.x, y: rowA.top + rowA.height + 2 },
          { x: b.x, y: rowB.top - 3 },
        ])
      : polyline([
          { x: a.x + width / 2 + 2, y: a.y },
          { x: b.x - width / 2 - 3, y: b.y },
        ]);
  }
  const right = a.x + width / 2;
  if (isDown(one)) {
    const lane = right + FIRST_LANE + LANE * lanes.down.indexOf(one.to.row);
    return polyline([
      { x: right + 2, y: a.y },
      { x: lane, y: a.y },
      { x: lane, y: b.y - PORT },
      { x: b.x + width / 2 + 3, y: b.y - PORT },
    ]);
  }
  const next = right + grid.step - width;
  const lane = next - FIRST_LANE - grid.spare / 2 - LANE * lanes.back.indexOf(one.from.row);
  return polyline([
    { x: right + 2, y: a.y + PORT },
    { x: lane, y: a.y + PORT },
    { x: lane, y: b.y },
    { x: b.x - width / 2 - 3, y: b.y },
  ]);
}

/** A line along level and upright stretches, its corners rounded. */
export function polyline(points: readonly Point[]): string {
  const [first, ...rest] = points;
  let path = `M${at(first!)}`;
  for (const [i, point] of rest.entries()) {
    const after = rest[i + 1];
    if (!after) return `${path}L${at(point)}`;
    const before = points[i]!;
    const radius = Math.min(CORNER, distance(before, point) / 2, distance(point, after) / 2);
    path += `L${at(towards(point, before, radius))}Q${at(point)} ${at(towards(point, after, radius))}`;
  }
  return path;
}

const at = ({ x, y }: Point): string => `${Math.round(10 * x) / 10} ${Math.round(10 * y) / 10}`;
const distance = (a: Point, b: Point): number => Math.hypot(b.x - a.x, b.y - a.y);

function towards(from: Point, to: Point, length: number): Point {
  const all = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * length) / all, y: from.y + ((to.y - from.y) * length) / all };
}
