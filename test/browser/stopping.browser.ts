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
  writeNotebook(lab, "stopping.ipynb", [
    `const { planner, critic, solver } = await loadAgents("small/sequential");
const mas = await sequential({ planner, critic, solver }, { latentSteps: 1 });
const task = findTheRoot();
let kept = 41;`,
    "await warmStart(mas, task.train, { steps: 100000 })",
    "[kept + 1, lastError<TrainingRun>().partial.losses.length > 0]",
    "while (true) {}",
    "kept + 2",
  ]);
  notebook = await NotebookPage.open(browser, lab, "stopping.ipynb");
  await notebook.run(0);
});
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

const stop = () =>
  notebook.page
    .locator('.jp-NotebookPanel-toolbar [data-jp-item-name="interrupt"]')
    .locator("jp-button, button")
    .first()
    .click();

it("ends a training with the Stop button, keeps what was learned, and says so", async () => {
  await notebook.start(1);
  const area = notebook.cell(1).locator(".jp-Cell-outputArea");
  await notebook
    .cell(1)
    .getByText(/loss \d/)
    .waitFor();
  await notebook.picture("training");
  await stop();
  await notebook.finished(1, 30_000);
  await notebook.picture("training-stopped");
  expect(await area.innerText()).toMatch(/stopped after step \d+ of 100000; what was learned is kept/);
});

it("keeps the session: the next cell sees the variables and the partial run", async () => {
  expect(await notebook.run(2)).toContain("[ 42, true ]");
});

it("ends a loop that never waits, with an error that says so, and keeps the session", async () => {
  await notebook.start(3);
  await notebook.page.waitForTimeout(1500);
  await stop();
  await notebook.finished(3, 30_000);
  await notebook.picture("loop-stopped");
  const outputs = await notebook.saved();
  expect(outputs[3]).toEqual([expect.objectContaining({ output_type: "error" })]);
  expect(await notebook.run(4)).toContain("43");
});
