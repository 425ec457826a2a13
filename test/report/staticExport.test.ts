import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { describe, expect, it } from "vitest";
import { fontFiles } from "../../kernel-lib/report/font";
import { plotlyToSVG, svgToPNG } from "../../kernel-lib/report/staticExport";
import { digests } from "./exportGrid";

type Colour = [red: number, green: number, blue: number];

async function pixels(
  png: Buffer,
): Promise<{ width: number; height: number; at(x: number, y: number): Colour }> {
  const image = await loadImage(png);
  const { width, height } = image;
  const context = createCanvas(width, height).getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return {
    width,
    height,
    at: (x, y) => Array.from(data.subarray(4 * (y * width + x), 4 * (y * width + x) + 3)) as Colour,
  };
}

describe("a bare heatmap of two by one cells, as large as the page", () => {
  const spec = {
    data: [
      {
        type: "heatmap",
        z: [[0, 1]],
        colorscale: [
          [0, "#ff0000"],
          [1, "#0000ff"],
        ],
        showscale: false,
      },
    ],
    layout: {
      width: 200,
      height: 100,
      margin: { l: 0, r: 0, t: 0, b: 0 },
      xaxis: { visible: false },
      yaxis: { visible: false },
    },
  };

  it("has one colour up to the edge of each cell, and none between them", async () => {
    const image = await pixels(await svgToPNG(await plotlyToSVG(spec), { scale: 2 }));
    expect([image.width, image.height]).toEqual([400, 200]);
    for (const y of [1, 100, 198]) {
      for (const x of [1, 100, 197]) expect([x, image.at(x, y)]).toEqual([x, [255, 0, 0]]);
      for (const x of [202, 300, 398]) expect([x, image.at(x, y)]).toEqual([x, [0, 0, 255]]);
    }
  });
});

describe("text in a picture", () => {
  const written = (family: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40"><text x="4" y="28" font-size="24" font-family="${family}">Rag 8</text></svg>`;

  it("is drawn in the shipped font, whichever is asked for", async () => {
    const ours = await svgToPNG(written("Inter"));
    for (const family of ["DejaVu Sans", "Arial", "monospace", "No Such Font"]) {
      expect((await svgToPNG(written(family))).equals(ours), family).toBe(true);
    }
  });

  it("comes from two files, which are part of the package", async () => {
    const blank = await svgToPNG('<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40"/>');
    expect((await svgToPNG(written("Inter"))).equals(blank)).toBe(false);
    expect(fontFiles().map((file) => file.replaceAll("\\", "/").split("/data/fonts/")[1])).toEqual([
      "Inter-Regular.otf",
      "Inter-SemiBold.otf",
    ]);
  });
});

describe("two processes", () => {
  it("export a figure to the same bytes, whatever their language, time zone and earlier figures", async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["-r", join(__dirname, "..", "support", "requireTypeScript.cjs"), join(__dirname, "exportGrid.ts")],
      { env: { ...process.env, TZ: "Asia/Tokyo", LANG: "de_DE.UTF-8", LC_ALL: "de_DE.UTF-8" } },
    );
    expect(JSON.parse(stdout)).toEqual(await digests());
  });
});
