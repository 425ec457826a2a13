import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Lab, startLab, writeNotebook } from "./lab";
import { NotebookPage, startBrowser } from "./notebookPage";

let lab: Lab;
let browser: Browser;
let notebook: NotebookPage;
beforeAll(async () => {
  lab = await startLab();
  browser = await startBrowser();
  writeNotebook(lab, "widgets.ipynb", [
    `const rounds = slider({ label: "Rounds", min: 1, max: 9, value: 3 });
rounds.on("value", (value) => console.log("moved to", value));
rounds`,
    'rounds.get("value")',
    'await rounds.set("value", 8);\nrounds.get("value")',
  ]);
  notebook = await NotebookPage.open(browser, lab, "widgets.ipynb");
});
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

const input = () => notebook.cell(0).locator('input[type="range"]');

it("draws a slider where the kernel put it", async () => {
  await notebook.start(0);
  await input().waitFor();
  expect(await input().inputValue()).toBe("3");
  await notebook.picture("slider");
});

it("takes a move in the page to the kernel, and the handler's output to the slider's cell", async () => {
  await input().click(); // its middle is 5
  await input().press("ArrowRight");
  expect(await input().inputValue()).toBe("6");
  await notebook.picture("slider-moved");
  await expect.poll(() => notebook.run(1), { timeout: 60_000 }).toMatch(/^6$/m);
  await expect.poll(() => notebook.shown(0), { timeout: 20_000 }).toContain("moved to 6");
});

it("takes a value set in the kernel to the page", async () => {
  expect(await notebook.run(2)).toMatch(/^8$/m);
  await expect.poll(() => input().inputValue(), { timeout: 60_000 }).toBe("8");
  expect(await notebook.cell(0).locator("output").innerText()).toBe("8");
  await notebook.picture("slider-set");
});
