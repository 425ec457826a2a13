import type { ToolCall } from "../system/rounds/report";
import type { Thought, TraceStep } from "../system/trace/step";
import { chainText, counted, flat, rangeText, readingsText, visible } from "../system/trace/words";
import { escapeXML, type Point } from "./diagramParts";
import { fitLines } from "./fitLines";
import { fontMetrics } from "./font";
import { INK, MUTED, PALETTE } from "./theme";

/** What a card of the unrolled loop says: what was thought or said, tools, and measures in small print. */
export interface CardText {
  main: string[];
  font: { size: number; line: number };
  calls: { text: string; failed: boolean }[];
  small: string[];
  /** Words for a person: an answer. */
  answer: boolean;
}

const MAIN = { size: 13, line: 16 };
const SLIM = { size: 12, line: 15 };
const SMALL = { size: 11, line: 14 };
const TAG = { height: 16, gap: 3 };
const PADDING = { x: 8, y: 9 };

/** The text of a turn's card, in lines that fit its width. */
export function cardText({ thoughts, said, answer, calls, tokens }: TraceStep, width: number): CardText {
  const narrow = width < 100;
  const inside = width - 2 * (narrow ? 5 : PADDING.x);
  const main = narrow ? SLIM : MAIN;
  const parts = [
    ...(thoughts ? [thoughtText(thoughts, narrow)] : []),
    ...(said === undefined ? [] : [`“${flat(said)}”`]),
    ...(answer === undefined ? [] : [flat(answer)]),
  ];
  const inLines = (text: string, most: number, size: number): string[] =>
    fitLines(text, { width: inside, size, most }, fontMetrics());
  const most = Math.max(1, (narrow ? 4 : 3) - parts.length);
  const measures = [...(thoughts ? measured(thoughts) : []), ...(tokens ? [counted(tokens, "token")] : [])];
  const together = measures.join(" · ");
  return {
    main: parts.flatMap((part) => inLines(part, most, main.size)),
    font: main,
    calls: toolTags(calls).map(({ text, failed }) => ({ text: inLines(text, 1, SMALL.size)[0]!, failed })),
    small: fontMetrics().width(together, SMALL.size) <= inside ? [together].filter(Boolean) : measures,
    answer: answer !== undefined,
  };
}

/** One thought with other readings that it could have; several read along, where there is room with percentages. */
function thoughtText(thoughts: readonly Thought[], narrow: boolean): string {
  if (thoughts.length === 1) return glued(readingsText(thoughts[0]!.readings));
  if (!narrow) return glued(chainText(thoughts));
  return glued(thoughts.map(({ readings: [first] }) => visible(first?.token ?? "?")).join(" · "));
}

/** Lines break neither before a percentage nor before the dot between two thoughts. */
const glued = (text: string): string => text.replaceAll(/ (?=·|%|<?\d+ %)/g, "\u00a0");

/** Norm and cosine; of several thoughts their means. */
function measured(thoughts: readonly Thought[]): string[] {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const cosines = thoughts.map(({ cosine }) => cosine).filter((cosine) => cosine !== null);
  const norm = `norm ${rangeText([mean(thoughts.map((thought) => thought.norm))], 1)}`;
  return cosines.length > 0 ? [norm, `cos ${rangeText([mean(cosines)], 2)}`] : [norm];
}

/** One tag per tool, with how often it was used. */
function toolTags(calls: readonly ToolCall[]): { text: string; failed: boolean }[] {
  return [...new Set(calls.map(({ tool }) => tool))].map((tool) => {
    const own = calls.filter((call) => call.tool === tool);
    const failed = own.filter((call) => call.failed).length;
    const times = own.length > 1 ? ` ×${own.length}` : "";
    return { text: `${tool}${times}${failed ? ` (${failed} failed)` : ""}`, failed: failed > 0 };
  });
}

/** Height in pixels that a card's text takes. */
export const heightOf = ({ main, font, calls, small }: CardText): number =>
  2 * PADDING.y + font.line * main.length + (TAG.height + TAG.gap) * calls.length + SMALL.line * small.length;

/** A turn's card around its middle. */
export function turnCard(
  { x, y }: Point,
  size: { width: number; height: number },
  content: CardText,
): string {
  const { width, height } = size;
  const { main, font, calls, small, answer } = content;
  const [left, top] = [x - width / 2, y - height / 2];
  const look = answer ? `fill="#ffffff" stroke="${INK}"` : 'fill="#f6f9fb" stroke="#b6c0ca"';
  let line = y - heightOf(content) / 2 + PADDING.y;
  const words = (text: string, font: { size: number; line: number }, colour: string): string => {
    line += font.line;
    return textAt({ x, y: line - 0.28 * font.size }, text, font.size, colour);
  };
  return [
    `<rect x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(height)}" rx="9" ${look} stroke-width="1.3"/>`,
    ...main.map((text) => words(text, font, INK)),
    ...calls.map(({ text, failed }) => {
      line += TAG.height + TAG.gap;
      return toolTag({ x, y: line - TAG.height / 2 }, text, failed);
    }),
    ...small.map((text) => words(text, SMALL, MUTED)),
  ].join("");
}

/** The mark of a tool. */
export function toolTag({ x, y }: Point, text: string, failed: boolean): string {
  const width = fontMetrics().width(text, SMALL.size) + 12;
  const colour = failed ? PALETTE[1] : PALETTE[2];
  return (
    `<rect x="${round(x - width / 2)}" y="${round(y - TAG.height / 2)}" width="${round(width)}" height="${TAG.height}" rx="4" fill="${colour}" fill-opacity="0.14" stroke="${colour}" stroke-width="1"/>` +
    textAt({ x, y: y + 0.36 * SMALL.size }, text, SMALL.size, INK)
  );
}

const textAt = ({ x, y }: Point, text: string, size: number, colour: string): string =>
  `<text x="${round(x)}" y="${round(y)}" text-anchor="middle" font-size="${size}" fill="${colour}">${escapeXML(text)}</text>`;

const round = (value: number): number => Math.round(10 * value) / 10;
