import { expect, test } from "vitest";
import { DISPLAY } from "../../kernel-lib/engine/bridge";
import { fontMetrics } from "../../kernel-lib/report/font";
import { traceDiagram } from "../../kernel-lib/report/traceDiagram";
import type { Style } from "../../kernel-lib/system/style";
import { DELIBERATION, DISTILLATION, MIXTURE, SEQUENTIAL } from "../../kernel-lib/system/styles";
import type { Trace } from "../../kernel-lib/system/trace";
import { STEPS, traceOf, traceOfStyle } from "../support/traces";

const count = (text: string, part: string): number => text.split(part).length - 1;
const numbers = (text: string): number[] => (text.match(/-?[\d.]+/g) ?? []).map(Number);

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** What a drawing holds, by its own marks: cards have corners of 9, arrows a head. */
function partsOf(svg: string) {
  const attribute = (tag: string, name: string): number =>
    Number(new RegExp(` ${name}="(-?[\\d.]+)"`).exec(tag)![1]);
  const cards = [...svg.matchAll(/<rect [^>]*rx="9"[^>]*>/g)].map(([tag]): Box => {
    const [left, top] = [attribute(tag, "x"), attribute(tag, "y")];
    return { left, top, right: left + attribute(tag, "width"), bottom: top + attribute(tag, "height") };
  });
  const paths = [...svg.matchAll(/<path d="([^"]+)" fill="none" stroke="#(\w+)"[^>]*marker-end/g)].map(
    ([, d, colour]) => ({ points: pairs(numbers(d!)), colour }),
  );
  const texts = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([tag, escaped]): Box => {
    const text = escaped!.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
    const size = attribute(tag, "font-size");
    const width = fontMetrics().width(text, size, tag.includes('font-weight="600"'));
    const shift = tag.includes('"middle"') ? width / 2 : tag.includes('"end"') ? width : 0;
    const [left, base] = [attribute(tag, "x") - shift, attribute(tag, "y")];
    return { left, right: left + width, top: base - 0.73 * size, bottom: base + 0.05 * size };
  });
  const [width, height] = numbers(/viewBox="0 0 ([^"]+)"/.exec(svg)![1]!) as [number, number];
  return { cards, paths, texts, width, height };
}

const pairs = (values: readonly number[]): [number, number][] =>
  Array.from({ length: values.length / 2 }, (_, i) => [values[2 * i]!, values[2 * i + 1]!]);

const apart = (a: Box, b: Box): boolean =>
  a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;

// two judges that hear each other's last round and the same clerk, who hears both: lanes of several in both directions
const COURT: Style = {
  name: "court",
  order: ["clerk", "judge", "second-judge", "bailiff"],
  edges: [
    { from: "clerk", to: "judge", slot: "clerk", feedback: false },
    { from: "clerk", to: "second-judge", slot: "clerk", feedback: false },
    { from: "judge", to: "bailiff", slot: "judge", feedback: false },
    { from: "second-judge", to: "bailiff", slot: "second", feedback: false },
    { from: "judge", to: "second-judge", slot: "other", feedback: true },
    { from: "second-judge", to: "judge", slot: "other", feedback: true },
    { from: "judge", to: "clerk", slot: "ruling", feedback: true },
  ],
  speaker: "judge",
};

const DRAWN: [title: string, trace: Trace][] = [
  ["a ring in three rounds", traceOfStyle(SEQUENTIAL, 3)],
  ["a mixture in one round", traceOfStyle(MIXTURE, 1)],
  ["a mixture in three rounds", traceOfStyle(MIXTURE, 3)],
  ["a mixture in eight rounds of text", traceOfStyle(MIXTURE, 8, "text")],
  ["distillation in two rounds", traceOfStyle(DISTILLATION, 2)],
  ["deliberation in five rounds", traceOfStyle(DELIBERATION, 5)],
  ["a style of one's own", traceOfStyle(COURT, 3)],
  ["tools and both media", traceOf()],
];

test.each(DRAWN)("%s: a card a turn, an arrow a message and one to the answer", async (_, trace) => {
  const { cards, paths } = partsOf(await traceDiagram(trace).toSVG());
  const messages = trace.steps.flatMap(({ heard }) => heard);
  const samples = new Set(messages.map(({ medium }) => medium)).size; // in the legend
  expect(cards).toHaveLength(trace.steps.length);
  expect(paths).toHaveLength(messages.length + samples + 1);
});

test.each(DRAWN)("%s: cards lie apart, and no arrow runs through one", async (_, trace) => {
  const { cards, paths } = partsOf(await traceDiagram(trace).toSVG());
  for (const [i, card] of cards.entries()) {
    for (const other of cards.slice(i + 1)) expect(apart(card, other)).toBe(true);
    for (const { points } of paths) {
      for (const [k, [x, y]] of points.slice(1).entries()) {
        const [a, b] = points[k]!;
        const stretch = {
          left: Math.min(a, x),
          right: Math.max(a, x),
          top: Math.min(b, y),
          bottom: Math.max(b, y),
        };
        expect(apart(card, stretch), `${points} through ${JSON.stringify(card)}`).toBe(true);
      }
    }
  }
});

test.each(DRAWN)("%s: nothing is cut off, no two texts touch, and none leaves its card", async (_, trace) => {
  const { cards, paths, texts, width, height } = partsOf(await traceDiagram(trace).toSVG());
  const inside = ({ left, top, right, bottom }: Box, outer: Box, room: number): boolean =>
    left >= outer.left + room &&
    right <= outer.right - room &&
    top >= outer.top + room &&
    bottom <= outer.bottom - room;
  const page = { left: 0, top: 0, right: width, bottom: height };
  for (const text of texts) expect(inside(text, page, 8), JSON.stringify(text)).toBe(true);
  for (const [x, y] of paths.flatMap(({ points }) => points)) {
    expect(x > 8 && x < width - 8 && y > 8 && y < height - 8).toBe(true);
  }
  for (const [i, text] of texts.entries()) {
    for (const other of texts.slice(i + 1))
      expect(apart(text, other), JSON.stringify([text, other])).toBe(true);
    const around = cards.find((card) => !apart(card, text));
    if (around) expect(inside(text, around, 3), JSON.stringify([text, around])).toBe(true);
  }
});

test.each(DRAWN)("%s: the last arrow comes down on the answer", async (_, trace) => {
  const svg = await traceDiagram(trace).toSVG();
  const [pill] = [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"[^>]*rx="15"/g)];
  const [left, top, width] = pill!.slice(1).map(Number) as [number, number, number];
  const [, arrow] = /<path d="([^"]+)"[^>]*url\(#head-words\)/.exec(svg)!;
  const [x, y] = pairs(numbers(arrow!)).at(-1)!;
  expect(x).toBeGreaterThan(left + 8);
  expect(x).toBeLessThan(left + width - 8);
  expect(top - y).toBeGreaterThan(0);
  expect(top - y).toBeLessThan(6);
});

test("it is as wide as other figures where that will do, and holds eight rounds of four agents in a notebook", () => {
  expect(traceDiagram(traceOfStyle(MIXTURE, 3)).width).toBe(760);
  expect(traceDiagram(traceOfStyle(SEQUENTIAL, 5)).width).toBe(760);
  expect(traceDiagram(traceOfStyle(MIXTURE, 8)).width).toBeLessThan(960);
});

test("thoughts and words go along lines of other colours, dotted for words", async () => {
  const svg = await traceDiagram(traceOf()).toSVG();
  const dotted = [...svg.matchAll(/<path [^>]*stroke-dasharray[^>]*>/g)].map(([tag]) => tag);
  expect(dotted).toHaveLength(2); // one message, and its sample
  expect(dotted.every((tag) => tag.includes("head-message"))).toBe(true);
  expect(svg).toContain(">thoughts, through an outer link<");
  expect(svg).toContain(">a message in words<");
});

test("cards tell readings, words, measures and tools, all escaped", async () => {
  const svg = await traceDiagram(traceOf()).toSVG();
  expect(svg).toContain(">b\u00a075\u00a0% · a\u00a075\u00a0%<".replace(" ·", "\u00a0·"));
  expect(svg).toContain(">“I &lt;ask&gt; Python”<");
  expect(svg).toContain(">norm 3.5 · cos 0.48<"); // means of 5 and 2, of 0.96 and 0
  expect(svg).toContain(">python ×2 (1 failed)<");
  expect(svg).toContain(">wikipedia<");
  expect(count(svg, ">42 &amp; no more<")).toBe(2); // on the card, and as the answer
  expect(svg).toContain(">gold: 42<");
});

test("a run that was stopped is drawn as far as it came, without an answer", async () => {
  const svg = await traceDiagram(traceOf({ steps: STEPS.slice(0, 3) })).toSVG();
  expect(partsOf(svg).cards).toHaveLength(3);
  expect(svg).not.toContain(">answer<");
});

test("it shows itself as a picture, and in words as its trace does", async () => {
  const trace = traceOf();
  const bundle = await traceDiagram(trace)[DISPLAY]();
  expect(Object.keys(bundle)).toEqual(["image/png", "text/plain"]);
  expect(bundle["text/plain"]).toBe(String(trace));
});
