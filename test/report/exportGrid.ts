// The figure of staticExport.test.ts in a process of its own, after others: node -r test/support/requireTypeScript.cjs <this>
import { createHash } from "node:crypto";
import { type DepthGrid, heatmap } from "../../kernel-lib/report/heatmap";
import { roundCurves } from "../../kernel-lib/report/roundCurves";

export const GRID: DepthGrid = {
  trainRounds: [1, 2],
  testRounds: [1, 2, 3],
  cells: [
    { trainRounds: 1, testRounds: 1, correct: 10, total: 100 },
    { trainRounds: 1, testRounds: 2, correct: 30, total: 100 },
    { trainRounds: 1, testRounds: 3, correct: 50, total: 100 },
    { trainRounds: 2, testRounds: 1, correct: 60, total: 100 },
    { trainRounds: 2, testRounds: 2, correct: 80, total: 100 },
    { trainRounds: 2, testRounds: 3, correct: 95, total: 100 },
  ],
};

/** Of the figure's SVG and PNG. */
export async function digests(): Promise<string[]> {
  const figure = heatmap(GRID);
  return [await figure.toSVG(), await figure.toPNG()].map((file) =>
    createHash("sha256").update(file).digest("hex"),
  );
}

async function main(): Promise<void> {
  // more figures than come before it in the test's own process, or equal ids would prove nothing
  for (const label of ["a", "b", "c"])
    await roundCurves([{ label, points: [{ rounds: 1, value: 0.5 }] }]).toSVG();
  console.log(JSON.stringify(await digests()));
}

if (require.main === module) void main();
