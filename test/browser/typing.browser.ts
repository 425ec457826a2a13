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
  writeNotebook(lab, "typing.ipynb", ["", "", ""]);
  notebook = await NotebookPage.open(browser, lab, "typing.ipynb");
});
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

it("completes the library's names in the first cell, with their kinds", async () => {
  const list = await notebook.complete(0, "tra");
  await notebook.picture("completion");
  const names = await list.locator(".jp-Completer-match").allInnerTexts();
  expect(names).toEqual(expect.arrayContaining(["trace", "trainOuter"]));
  const kinds = await list.locator(".jp-Completer-typeExtended").allInnerTexts();
  expect(kinds).toHaveLength(names.length);
  expect(kinds).not.toContain("");
  await notebook.page.keyboard.press("Escape");
});

it("completes the options of a call", async () => {
  const list = await notebook.complete(1, "findTheRoot({ t");
  await notebook.picture("completion-options");
  const names = await list.locator(".jp-Completer-match").allInnerTexts();
  expect(names).toEqual(expect.arrayContaining(["testSize", "trainSize"]));
  await notebook.page.keyboard.press("Escape");
});

it("shows a name's type and documentation on Shift-Tab", async () => {
  await notebook.edit(2);
  await notebook.page.keyboard.type("warmStart");
  await notebook.page.keyboard.press("Shift+Tab");
  // the box comes before its text, which is rendered from Markdown
  const tooltip = notebook.page.locator(".jp-Tooltip").filter({ hasText: "Promise<" });
  await tooltip.waitFor();
  const text = await tooltip.innerText();
  await notebook.picture("documentation");
  expect(text).toContain("warmStart(");
  expect(text).toContain("Promise<");
  expect(text).toMatch(/inner/i);
});
