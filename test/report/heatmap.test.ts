import { createCanvas, loadImage } from "@napi-rs/canvas";
import { expect, test } from "vitest";
import { heatmap } from "../../kernel-lib/report/heatmap";

const grid = {
  trainRounds: [1, 2],
  testRounds: [1, 2, 3],
  cells: [
    { trainRounds: 1, testRounds: 1, correct: 8, total: 10 },
    { trainRounds: 1, testRounds: 3, correct: 2, total: 10 },
    { trainRounds: 2, testRounds: 1, correct: 10, total: 10 },
    { trainRounds: 2, testRounds: 2, correct: 5, total: 10 },
    { trainRounds: 2, testRounds: 3, correct: 6, total: 10 },
  ],
};

/** Colours of the picture along a level line, as [first column, red, green, blue]: one entry per run of a colour. */
async function runs(png: Buffer, y: number): Promise<number[][]> {
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, y, image.width, 1);
  const found: number[][] = [];
  for (let x = 0; x < image.width; x++) {
    const colour = [...data.slice(4 * x, 4 * x + 3)];
    if (found.at(-1)?.slice(1).join() !== colour.join()) found.push([x, ...colour]);
  }
  return found;
}

test("cells are of one colour up to their edge", async () => {
  const picture = heatmap(grid, { range: [0, 1] });
  const { margin, height } = picture.layout;
  const plotHeight = height - margin!.t! - margin!.b!;
  // through the upper row, above its numbers: three cells, two gaps, and white on both sides
  const line = await runs(await picture.toPNG({ scale: 2 }), 2 * Math.round(margin!.t! + plotHeight / 8));
  const plot = line.filter(([x]) => x! < 2 * (760 - margin!.r!) + 2);
  expect(plot.map(([, ...colour]) => colour.join())).toEqual([
    "255,255,255",
    "11,74,125", // 100 %: the dark end of the scale
    "255,255,255",
    expect.any(String),
    "255,255,255",
    expect.any(String),
    "255,255,255",
  ]);
  const widths = plot.slice(1).map(([x], index) => x! - plot[index]![0]!);
  expect(widths[2]).toBe(6); // a gap of 3 at twice the size
});

test("the grid reaches plotly with blanks where there is no cell, and intervals to hover", () => {
  const [cells, numbers] = heatmap(grid).toJSON().data as unknown as [
    { z: unknown; customdata: string[][] },
    { text: string[] },
  ];
  expect(cells.z).toEqual([
    [0.8, null, 0.2],
    [1, 0.5, 0.6],
  ]);
  expect(cells.customdata[0]).toEqual([
    "<b>80 %</b>, 95 % interval 49 to 94 %<br>8 of 10 right",
    "",
    "<b>20 %</b>, 95 % interval 6 to 51 %<br>2 of 10 right",
  ]);
  expect(numbers.text).toEqual(["80%", "20%", "100%", "50%", "60%"]);
});

test("its text is the grid", () => {
  expect(heatmap({ ...grid, title: "Depth" }).text).toBe(
    [
      "Depth",
      "trained \\ tested      1     2     3",
      "────────────────  ─────  ────  ────",
      "1                  80 %        20 %",
      "2                 100 %  50 %  60 %",
    ].join("\n"),
  );
});

test("a grid without cells is refused", () => {
  expect(() => heatmap({ ...grid, cells: [] })).toThrow(/no cell/);
});
