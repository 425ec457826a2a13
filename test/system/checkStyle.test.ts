import { readFile } from "node:fs/promises";
import { runInThisContext } from "node:vm";
import { expect, test } from "vitest";
import { checkStyle } from "../../kernel-lib/system/checkStyle";
import type { Edge, Style } from "../../kernel-lib/system/style";
import { DELIBERATION, DISTILLATION, MIXTURE, SEQUENTIAL } from "../../kernel-lib/system/styles";
import { RecursiveSystem } from "../../kernel-lib/system/system";

const edge = (from: string, to: string, slot = from, feedback = false): Edge => ({
  from,
  to,
  slot,
  feedback,
});
const back = (from: string, to: string, slot = from): Edge => edge(from, to, slot, true);
const style = (edges: Edge[], order = ["a", "b", "c"], speaker = "c"): Style => ({
  name: "mine",
  order,
  edges,
  speaker,
});
const CHAIN = [edge("a", "b"), edge("b", "c")];

test.each([SEQUENTIAL, MIXTURE, DISTILLATION, DELIBERATION])("the $name style can be run", (known) => {
  checkStyle(known);
});

test("one agent alone can be run, by itself or with its own thoughts", () => {
  checkStyle(style([], ["a"], "a"));
  checkStyle(style([back("a", "a")], ["a"], "a"));
});

test("a speaker in the middle can be run, if all lead to it and it leads back", () => {
  checkStyle(style([edge("a", "b"), edge("b", "c"), back("c", "a")], ["a", "b", "c"], "b"));
});

test("agents that hear this round and the last one can be run, as can two loops that share an agent", () => {
  checkStyle(style([...CHAIN, back("c", "b"), back("c", "a")]));
  checkStyle(style([edge("a", "b"), back("b", "a"), edge("b", "c"), back("c", "b")]));
});

test("two loops one after the other can be run, and a loop that the speaker only listens to", () => {
  const twice = [edge("a", "b"), back("b", "a"), edge("b", "c"), edge("c", "d"), back("d", "c")];
  checkStyle(style(twice, ["a", "b", "c", "d"], "d"));
  checkStyle(style([edge("a", "b"), back("b", "a"), edge("b", "c")]));
});

test("the example in the help of recursiveSystem() can be run", async () => {
  const source = await readFile("kernel-lib/system/recursiveSystem.ts", "utf8");
  const [, text] = /const COURT = (\{[\s\S]*?\n \* \}) as const/.exec(source)!;
  const court = runInThisContext(`(${text!.replaceAll("\n * ", "\n")})`) as Style;
  expect([court.order.length, court.edges.length]).toEqual([4, 6]);
  checkStyle(court);
});

test("what is no style at all is refused, with one that is", () => {
  expect(() => checkStyle({ name: "mine" } as Style)).toThrow(
    /the style is \{ name: 'mine' \}, which lacks the lists of its roles and edges\. Try \{ name: /,
  );
  expect(() => checkStyle(undefined as unknown as Style)).toThrow(/the style is undefined/);
});

test.each<[string, Style, RegExp]>([
  ["no roles", style([], [], "a"), /it has no roles\. Try /],
  ["a role twice", style([...CHAIN], ["a", "b", "a", "c"]), /"a" has two turns in its order\. Try /],
  [
    "a speaker that is no role",
    style(CHAIN, ["a", "b", "c"], "d"),
    /speaker "d" is not in its order \(a, b, c\)/,
  ],
  [
    "an edge from a role that is none",
    style([...CHAIN, edge("d", "c")]),
    /edge d-c names "d"; its roles are a, b, c/,
  ],
  ["an edge to a role that is none", style([...CHAIN, back("c", "d")]), /edge c-d names "d"/],
  ["two edges between the same roles", style([...CHAIN, edge("a", "b", "x")]), /it has two edges a-b\. Try /],
  [
    "two edges into one slot",
    style([edge("a", "c", "x"), edge("b", "c", "x")]),
    /a-c and b-c fill the same slot "x"/,
  ],
  [
    "an edge against the order",
    style([...CHAIN, edge("c", "a")]),
    /edge c-a arrives in the same round, but "a" has its turn before\. Try feedback: true/,
  ],
  ["an edge of a role to itself in one round", style([edge("a", "a")]), /edge a-a arrives in the same round/],
  [
    "a loop that is not closed",
    style(CHAIN),
    /loop is not closed: nothing leads from the speaker "c" back.*Try /,
  ],
  [
    "an agent whom nobody hears",
    style([edge("a", "c"), back("c", "a"), back("c", "b")]),
    /nothing that "b" thinks reaches the speaker "c"\. Try /,
  ],
  [
    "an agent who hears nobody",
    style([edge("a", "c"), edge("b", "c"), back("c", "b")]),
    /"a" hears nobody, and would say the same in every round\. Try a feedback edge from "c" to "a"/,
  ],
  [
    "two agents that decide",
    { ...style(CHAIN), speaker: ["b", "c"] as unknown as string },
    /its speaker is \[ 'b', 'c' \], and one agent alone decides\. Try speaker: "c"/,
  ],
  [
    "two links of one name",
    style([edge("a-b", "c", "x"), edge("a", "b-c", "y")], ["a", "a-b", "b-c", "c"]),
    /it has two edges a-b-c\. Try roles without a dash/,
  ],
])("a style with %s is refused", (_, wrong, message) => {
  expect(() => checkStyle(wrong)).toThrow(/^the style "mine" cannot be run: /);
  expect(() => checkStyle(wrong)).toThrow(message);
});

test("a system of a style that cannot be run is refused when it is made", async () => {
  await expect(RecursiveSystem.create(style(CHAIN), {})).rejects.toThrow(/loop is not closed/);
});
