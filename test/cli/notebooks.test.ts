import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { notebookNames, selectNotebooks } from "../../kernel-lib/cli/notebooks";

const names = ["00-quickstart", "01-links", "01-rounds", "10-scaling"];

it("lists notebooks in reading order, and only notebooks", () => {
  const folder = mkdtempSync(join(tmpdir(), "notebooks-"));
  try {
    for (const file of ["10-b.ipynb", "9-a.ipynb", "notes.md", "00-c.ipynb"])
      writeFileSync(join(folder, file), "");
    expect(notebookNames(folder)).toEqual(["00-c", "9-a", "10-b"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("says which folder is not there", () => {
  expect(() => notebookNames("/no/such/folder")).toThrow(
    /There is no folder \/no\/such\/folder.*--notebooks/,
  );
});

it("selects all when nothing is asked for", () => {
  expect(selectNotebooks(names, [])).toEqual(names);
});

it("finds a notebook by its name, its file name or an unmistakable beginning", () => {
  expect(selectNotebooks(names, ["01-links"])).toEqual(["01-links"]);
  expect(selectNotebooks(names, ["00-quickstart.ipynb"])).toEqual(["00-quickstart"]);
  expect(selectNotebooks(names, ["10"])).toEqual(["10-scaling"]);
});

it("runs each once and in reading order, however they are asked for", () => {
  expect(selectNotebooks(names, ["10", "00", "10-scaling"])).toEqual(["00-quickstart", "10-scaling"]);
});

it("names the choice when a beginning fits several notebooks", () => {
  expect(() => selectNotebooks(names, ["01"])).toThrow('"01" fits 01-links, 01-rounds;');
});

it("names what there is when a notebook is unknown", () => {
  expect(() => selectNotebooks(names, ["fig-3"])).toThrow(
    'No notebook is called "fig-3"; those in notebooks are 00-quickstart, 01-links, 01-rounds, 10-scaling. Try --only ',
  );
});

it("fails where there is no notebook at all", () => {
  expect(() => selectNotebooks([], ["00-quickstart"])).toThrow("There is no notebook in notebooks");
});
