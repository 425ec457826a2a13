import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Lab, startLab } from "./lab";
import { NotebookPage, startBrowser } from "./notebookPage";

let lab: Lab;
let browser: Browser;
let notebook: NotebookPage;
beforeAll(async () => {
  lab = await startLab();
  browser = await startBrowser();
  notebook = await NotebookPage.open(browser, lab, "00-quickstart.ipynb");
});
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

it("runs the quick start from its first cell to its last, without an error", async () => {
  await notebook.command("notebook:run-all-cells");
  const outputs = await notebook.saved();
  expect(outputs.flat().filter((output) => output.output_type === "error")).toEqual([]);
  expect(JSON.stringify(outputs.at(-1))).toContain("reproduced: trained at 1 round");
  await notebook.picture("quickstart-end");
});

it("makes the heatmap live when the pointer comes over it", async () => {
  const figure = notebook.cell(21).locator(".jp-OutputArea-output img").last();
  await figure.scrollIntoViewIfNeeded();
  await notebook.picture("heatmap-still");
  // the picture gives way as soon as the pointer is over it, so there is nothing left to hover for long
  const still = (await figure.boundingBox())!;
  await notebook.page.mouse.move(still.x + still.width / 2, still.y + Math.min(still.height / 2, 200), {
    steps: 5,
  });
  const live = notebook.cell(21).locator(".js-plotly-plot");
  await live.waitFor();
  await notebook.page
    .locator(".js-plotly-plot .heatmaplayer image, .js-plotly-plot .heatmaplayer path")
    .first()
    .waitFor();
  await notebook.picture("heatmap-live");
  const box = (await live.boundingBox())!;
  await notebook.page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.5);
  await live.locator(".hoverlayer .hovertext").first().waitFor();
  await notebook.picture("heatmap-hover");
});
