import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DISPLAY, METADATA } from "../../kernel-lib/engine/bridge";
import { figure } from "../../kernel-lib/report/figure";
import { lossCurve } from "../../kernel-lib/report/lossCurve";
import { roundCurves } from "../../kernel-lib/report/roundCurves";
import { sideBySide } from "../../kernel-lib/report/sideBySide";

const bars = () =>
  figure({
    name: "tokens",
    title: "Tokens per question",
    caption: "At three rounds.",
    data: [{ type: "bar", x: ["latent", "text"], y: [2, 74] }],
    provenance: { seed: 7 },
  });

test("a figure's bundle is live plotly, a picture and text, and no HTML that would hide the picture", async () => {
  const bundle = await bars()[DISPLAY]();
  expect(Object.keys(bundle)).toEqual(["application/vnd.plotly.v1+json", "image/png", "text/plain"]);
  const png = Buffer.from(String(bundle["image/png"]), "base64");
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect(png.readUInt32BE(16)).toBe(760); // JupyterLab shows it pixel by pixel
  expect((bundle as { [METADATA]?: unknown })[METADATA]).toEqual({ "image/png": { width: 760 } });
  expect(bundle["text/plain"]).toBe("Tokens per question. At three rounds.");
});

test("exports of equal figures are equal bytes, whatever was drawn between them", async () => {
  const first = await bars().toSVG();
  const other = await roundCurves([{ label: "a", points: [{ rounds: 1, value: 0.5 }] }]).toSVG();
  const png = await bars().toPNG();
  expect(await bars().toSVG()).toBe(first);
  expect((await bars().toPNG()).equals(png)).toBe(true);
  expect(other).not.toBe(first);
});

test("figures drawn at once do not disturb one another", async () => {
  const alone = await bars().toSVG();
  const together = await Promise.all([bars().toSVG(), bars().toSVG()]);
  expect(together).toEqual([alone, alone]);
});

test("drawing leaves plotly's data and layout as they were", async () => {
  const one = bars();
  const before = JSON.stringify(one.toJSON());
  await one.toSVG();
  expect(JSON.stringify(one.toJSON())).toBe(before);
});

test("long captions break into lines that stay on the page", () => {
  const words = "agents think in a loop and only the last one speaks ".repeat(6);
  const { annotations, height } = figure({ data: [{ y: [1] }], caption: words }).layout;
  expect(annotations!.length).toBeGreaterThan(1);
  expect(annotations!.map(({ text }) => text).join(" ")).toBe(words.trim());
  expect(height).toBeGreaterThan(figure({ data: [{ y: [1] }] }).layout.height);
});

test("save writes the figure as JSON, SVG and PNG, and what it was made of", async () => {
  const folder = await mkdtemp(join(tmpdir(), "figure-"));
  try {
    const written = await bars().save(join(folder, "figures", "tokens"));
    const names = ["tokens.json", "tokens.meta.json", "tokens.png", "tokens.svg"];
    expect((await readdir(join(folder, "figures"))).sort()).toEqual(names);
    expect(written.sort()).toEqual(names.map((name) => join(folder, "figures", name)));
    const meta = JSON.parse(await readFile(join(folder, "figures", "tokens.meta.json"), "utf8"));
    expect(meta).toEqual({
      name: "tokens",
      text: "Tokens per question. At three rounds.",
      provenance: { seed: 7 },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the page of a figure cannot be broken out of by its text", async () => {
  const page = await figure({ data: [{ y: [1] }], title: "</script><script>alert(1)" }).html();
  expect(page).not.toContain("</script><script>alert");
  expect(page).toContain("\\u003c/script>\\u003cscript>alert");
});

test("panels keep their own axes and share legend entries of one name", () => {
  const curve = (value: number) => roundCurves([{ label: "latent", points: [{ rounds: 1, value }] }]);
  const { data, layout } = sideBySide([curve(0.3), curve(0.4), curve(0.5)]);
  const traces = data as { xaxis: string; showlegend: boolean }[];
  expect(traces.map(({ xaxis, showlegend }) => [xaxis, showlegend])).toEqual([
    ["x", true],
    ["x2", false],
    ["x3", false],
  ]);
  const [one, two, three] = [layout.xaxis, layout.xaxis2, layout.xaxis3].map((axis) => axis!.domain!);
  expect(one![1]).toBeLessThan(two![0]!);
  expect(two![1]).toBeLessThan(three![0]!);
});

test("a loss curve smooths without lag and leaves gaps where the loss was no number", () => {
  const falling = Array.from({ length: 100 }, (_, step) => 10 - step * 0.1);
  const [, smooth] = lossCurve([{ label: "a", losses: falling }], { scale: "linear" }).data as unknown as {
    y: number[];
  }[];
  expect(smooth!.y[50]).toBeCloseTo(falling[50]!, 3); // the mean of a straight line is the line
  const [raw] = lossCurve([{ label: "a", losses: [1, Number.NaN, 0.5] }]).data as unknown as {
    y: unknown[];
  }[];
  expect(raw!.y).toEqual([1, null, 0.5]);
});

test("what cannot be drawn is refused in words", async () => {
  expect(() => figure({ data: [] })).toThrow(/at least one trace/);
  expect(() => sideBySide([])).toThrow(/was given no figure/);
  expect(() => lossCurve([{ label: "a", losses: [] }])).toThrow(/none of 1 runs has a loss/);
  expect(() => roundCurves([{ label: "a", points: [] }])).toThrow(/"a" has no points/);
  await expect(bars().toPNG({ scale: 0 })).rejects.toThrow(/scale is 0/);
});
