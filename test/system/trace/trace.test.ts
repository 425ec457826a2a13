import { inspect } from "node:util";
import { expect, test } from "vitest";
import { DISPLAY } from "../../../kernel-lib/engine/bridge";
import { STEPS, traceOf } from "../../support/traces";

const html = (shown = traceOf()): string => shown[DISPLAY]()["text/html"] as string;
const count = (text: string, part: string): number => text.split(part).length - 1;

test("norms and cosines are those of the vectors", () => {
  const [first, , again] = STEPS;
  expect(first!.thoughts!.map(({ norm, cosine }) => [norm, cosine])).toEqual([
    [5, null],
    [2, null],
  ]);
  // (3, 4) · (4, 3) / 25, and (0, 2) · (−2, 0) = 0
  expect(again!.thoughts!.map(({ norm, cosine }) => [norm, cosine])).toEqual([
    [5, 0.96],
    [2, 0],
  ]);
});

test("a trace counts its rounds, tokens and seconds, and knows the last answer", () => {
  const { rounds, tokens, seconds, answer } = traceOf();
  expect({ rounds, tokens, answer }).toEqual({ rounds: 2, tokens: 9, answer: "42 & no more" });
  expect(seconds).toBeCloseTo(0.026, 6);
});

test("in a terminal it is a line per thought, message, tool and answer", () => {
  const shown = traceOf();
  expect(shown.toString()).toBe(
    [
      "round 1  reflector   b 75 %, <|im_end|> 25 %   norm 5.0",
      "                     a 75 %, <|im_end|> 25 %   norm 2.0",
      "round 1  toolcaller  6 75 %, <|im_end|> 25 %   norm 1.0",
      "                     python failed: 6 x 7 → SyntaxError: invalid syntax   500 ms",
      "                     python: print(6 * 7) → 42   250 ms",
      "                     I <ask> Python",
      "round 2  reflector   b 75 %, <|im_end|> 25 %   norm 5.0, cosine 0.96",
      "                     c 75 %, <|im_end|> 25 %   norm 2.0, cosine 0.00",
      "round 2  toolcaller  wikipedia: 6 times 7 → 42   12.0 s",
      "                     answers: 42 & no more",
      "answer: 42 & no more   (gold: 42; 5 thoughts, 9 tokens, 26 ms)",
    ].join("\n"),
  );
  expect(inspect(shown)).toBe(String(shown));
});

test("in a notebook it is a table, all texts escaped", () => {
  const table = html();
  expect(table).toContain("question “six-by-seven” · deliberation · latent and in words, 2 thoughts a turn");
  expect(table).toContain("I &lt;ask&gt; Python");
  expect(table).toContain("b 75 %, &lt;|im_end|&gt; 25 %");
  expect(table).toContain("answers: <b>");
  expect(table).toContain("42 &amp; no more");
  expect(table).not.toMatch(/<ask>|<\|im_end/);
  for (const head of ["round", "agent", "norm", "cosine", "tokens", "ms"]) {
    expect(count(table, `>${head}</th>`), head).toBe(1);
  }
});

test("every row of the table has a cell in every column", () => {
  const rows = html().split("<tbody>")[1]!.split("</tbody>")[0]!.split("</tr>").slice(0, -1);
  expect(rows).toHaveLength(10); // thoughts, uses of tools, message and answer
  let open: number[] = []; // how many rows further each cell of several rows reaches
  for (const row of rows) {
    const cells = [...row.matchAll(/<td((?: \w+="[^"]*")*)/g)].map(([, attributes]) => ({
      wide: Number(/colspan="(\d+)"/.exec(attributes!)?.[1] ?? 1),
      tall: Number(/rowspan="(\d+)"/.exec(attributes!)?.[1] ?? 1),
    }));
    expect(cells.reduce((sum, { wide }) => sum + wide, open.length)).toBe(7);
    open = [...open, ...cells.map(({ tall }) => tall)].map((left) => left - 1).filter((left) => left > 0);
  }
  expect(open).toEqual([]);
});

test("each use of a tool is a block with what went in and came out, and whether it failed", () => {
  const table = html();
  expect(table).toContain("<b>python failed, 500 ms</b>");
  expect(table).toContain("<b>python, 250 ms</b>");
  expect(table).toContain("print(6 * 7)");
  expect(table).toContain("<b>wikipedia, 12.0 s</b>");
});

test("the prompts are folded away below", () => {
  const [, folded] = html().split("<summary>prompts as they were read</summary>");
  expect(folded).toContain("Again: 6 * 7 «feedback ← toolcaller: I &lt;ask&gt; Python»");
  expect(count(folded!, "Solve: 6 * 7")).toBe(2);
});

test("without latent thoughts the table has no columns for them", () => {
  const steps = [{ ...STEPS[1]!, thoughts: undefined }];
  const system = { ...traceOf().system, medium: "text" as const };
  const table = html(traceOf({ steps, system }));
  expect(table).toContain(">what it says</th>");
  expect(table).not.toContain(">norm</th>");
});

test("more than four thoughts of a turn are read along, with the range of their measures", () => {
  const [a, b] = STEPS[2]!.thoughts!;
  const long = { ...STEPS[2]!, thoughts: [a!, b!, a!, b!, a!] };
  expect(
    traceOf({ steps: [long] })
      .toString()
      .split("\n")[0],
  ).toBe(
    "round 2  reflector   b 75 % · c 75 % · b 75 % · c 75 % · b 75 %   norm 2.0 to 5.0, cosine 0.00 to 0.96",
  );
});

test("a run that was stopped says so in place of the answer, and an empty answer is one", () => {
  const stopped = traceOf({ steps: STEPS.slice(0, 3) });
  expect(stopped.answer).toBeUndefined();
  expect(stopped.toString()).toContain("answer: none, the run was stopped");
  expect(html(stopped)).toContain("answer: none, the run was stopped");
  const silent = traceOf({ steps: [{ ...STEPS[3]!, answer: "" }] });
  expect(silent.toString()).toContain("answer: (nothing)");
  expect(html(silent)).toContain("answer: <b>(nothing)</b>");
});

test("a long answer is folded, and whole", () => {
  const answer = `It is ${"very ".repeat(200)}long.`;
  const table = html(traceOf({ steps: [{ ...STEPS[3]!, answer }] }));
  expect(count(table, answer)).toBe(1);
  expect(table).toMatch(/<summary>It is very [very ]{100,200}…<\/summary>/);
});
