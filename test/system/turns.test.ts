import { expect, test } from "vitest";
import type { Style } from "../../kernel-lib/system/style";
import { SEQUENTIAL } from "../../kernel-lib/system/styles";
import { turns } from "../../kernel-lib/system/turns";

/** A turn on one line: round, role, filled slots, "answers", and whom it tells. */
const schedule = (style: Style, answerAt: readonly number[]): string[] =>
  [...turns(style, answerAt)].map(({ round, role, inputs, answers, outputs }) =>
    [
      `${round} ${role}`,
      `reads ${inputs.map(({ slot }) => slot).join("+") || "the question"}`,
      ...(answers ? ["answers"] : []),
      ...(outputs.length ? [`tells ${outputs.map(({ to }) => to).join("+")}`] : []),
    ].join(", "),
  );

test("one round of the sequential style is planner, critic, and a solver that answers and tells nobody", () => {
  expect(schedule(SEQUENTIAL, [1])).toEqual([
    "1 planner, reads the question, tells critic",
    "1 critic, reads plan, tells solver",
    "1 solver, reads refined, answers",
  ]);
});

test("in two rounds the solver first tells the planner and answers only at the end", () => {
  expect(schedule(SEQUENTIAL, [2])).toEqual([
    "1 planner, reads the question, tells critic",
    "1 critic, reads plan, tells solver",
    "1 solver, reads refined, tells planner",
    "2 planner, reads feedback, tells critic",
    "2 critic, reads plan, tells solver",
    "2 solver, reads refined, answers",
  ]);
});

test("with several answer rounds the solver answers at each and hands on at all but the last", () => {
  const solver = schedule(SEQUENTIAL, [3, 1]).filter((line) => line.includes("solver,"));
  expect(solver).toEqual([
    "1 solver, reads refined, answers, tells planner",
    "2 solver, reads refined, tells planner",
    "3 solver, reads refined, answers",
  ]);
});

test("a style with two experts fills both slots of the summarizer and tells both back", () => {
  const mixture: Style = {
    name: "mixture",
    order: ["math", "code", "summarizer"],
    edges: [
      { from: "math", to: "summarizer", slot: "m", feedback: false },
      { from: "code", to: "summarizer", slot: "c", feedback: false },
      { from: "summarizer", to: "math", slot: "f", feedback: true },
      { from: "summarizer", to: "code", slot: "f", feedback: true },
    ],
    speaker: "summarizer",
  };
  expect(schedule(mixture, [2])).toEqual([
    "1 math, reads the question, tells summarizer",
    "1 code, reads the question, tells summarizer",
    "1 summarizer, reads m+c, tells math+code",
    "2 math, reads f, tells summarizer",
    "2 code, reads f, tells summarizer",
    "2 summarizer, reads m+c, answers",
  ]);
});
