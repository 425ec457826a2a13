import { expect, test } from "vitest";
import { latentMap } from "../../kernel-lib/report/latentMap";
import { MIXTURE } from "../../kernel-lib/system/styles";
import { STEPS, traceOf, traceOfStyle } from "../support/traces";

interface Marks {
  name?: string;
  mode: string;
  x: (number | null)[];
  y: (number | null)[];
  text?: string[];
  xaxis: string;
}

const marksOf = (figure: ReturnType<typeof latentMap>): Marks[] => figure.toJSON().data as unknown as Marks[];

test("there is a panel for each agent that thought, and a point for each of its turns", () => {
  const marks = marksOf(latentMap([traceOf(), traceOf({ id: "again" })]));
  const points = marks.filter(({ mode }) => mode === "markers");
  expect(points.map(({ name, xaxis, x }) => [name, xaxis, x.length])).toEqual([
    ["round 1", "x", 2],
    ["round 2", "x", 2],
    ["round 1", "x2", 2],
    ["round 2", "x2", 0],
  ]);
});

test("a turn lies at the mean of its thoughts, or at the one asked for", () => {
  // the means are (1.5, 3) and (1, 1.5), so they lie √(0.5² + 1.5²) apart, on one line
  const between = (marks: Marks[]): number => {
    const [first, second] = marks.filter(({ mode, xaxis }) => mode === "markers" && xaxis === "x");
    return Math.abs(first!.x[0]! - second!.x[0]!);
  };
  expect(between(marksOf(latentMap(traceOf())))).toBeCloseTo(Math.sqrt(2.5), 3);
  // (3, 4) and (4, 3)
  const firsts = traceOf({ steps: [STEPS[0]!, STEPS[2]!] });
  expect(between(marksOf(latentMap(firsts, { thought: 1 })))).toBeCloseTo(Math.SQRT2, 3);
});

test("a line joins the rounds of one question and stops before the next", () => {
  const [line] = marksOf(latentMap([traceOf(), traceOf()])).filter(({ mode }) => mode === "lines");
  expect(line!.x).toHaveLength(5);
  expect(line!.x[2]).toBeNull();
  expect([line!.x[0], line!.x[1]]).toEqual([line!.x[3], line!.x[4]]);
});

test("hovering tells the question, the round and what was read, escaped", () => {
  const [marks] = marksOf(latentMap(traceOf({ id: "1 < 2" }))).filter(({ mode }) => mode === "markers");
  expect(marks!.text).toEqual([
    "<b>1 &lt; 2</b>, round 1<br>b 75 %, &lt;|im_end|&gt; 25 %<br>a 75 %, &lt;|im_end|&gt; 25 %",
  ]);
});

test("axes tell how much of the variance they explain", () => {
  const { layout } = latentMap(traceOf()).toJSON();
  expect(layout).toMatchObject({
    xaxis: { title: { text: "PC 1 (100 %)" } },
    yaxis: { title: { text: "PC 2 (0 %)" } },
    xaxis2: { title: { text: "PC 1" } }, // of a single thought there is no variance
  });
});

test("its text tells how many thoughts of which width there are", () => {
  expect(latentMap([traceOf(), traceOf()]).text).toContain(
    "reflector: 4 thoughts of width 2; PC 1 (100 %), PC 2 (0 %)",
  );
});

test("it is drawn without a browser, legends of many rounds on one line", async () => {
  const figure = latentMap(traceOfStyle(MIXTURE, 8));
  const names = marksOf(figure).filter(({ mode, xaxis }) => mode === "markers" && xaxis === "x");
  expect(names.map(({ name }) => name)).toEqual(["round 1", "2", "3", "4", "5", "6", "7", "8"]);
  const svg = await figure.toSVG();
  for (const role of MIXTURE.order) expect(svg).toContain(`${role}</tspan>`);
  // the entries of a legend of one line have one height
  const heights = [...svg.matchAll(/class="traces"[^>]*transform="translate\([-\d.]+,\s*([-\d.]+)\)"/g)];
  expect(heights).toHaveLength(8);
  expect(new Set(heights.map(([, y]) => y)).size).toBe(1);
});
