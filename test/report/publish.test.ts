import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { publish } from "../../kernel-lib/report/publish";
import { type SystemGraph, systemDiagram } from "../../kernel-lib/report/systemDiagram";

const GRAPH: SystemGraph = { agents: [{ name: "alone", family: "llama", hiddenSize: 8 }], edges: [] };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "publish-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test("a drawing is saved where figures are collected, and given back to end a cell", async () => {
  vi.stubEnv("RECURSIVEMAS_OUT", folder);
  const drawing = systemDiagram(GRAPH);
  expect(await publish("00-quickstart/system", drawing)).toBe(drawing);
  const saved = await readdir(join(folder, "figures", "00-quickstart"));
  expect(saved.sort()).toEqual(["system.meta.json", "system.png", "system.svg"]);
  expect(await readFile(join(folder, "figures", "00-quickstart", "system.svg"), "utf8")).toBe(
    await drawing.toSVG(),
  );
});

test.each([undefined, ""])("with RECURSIVEMAS_OUT %j nothing is saved", async (out) => {
  vi.stubEnv("RECURSIVEMAS_OUT", out);
  const drawing = systemDiagram(GRAPH);
  const save = vi.spyOn(drawing, "save");
  expect(await publish("00-quickstart/system", drawing)).toBe(drawing);
  expect(save).not.toHaveBeenCalled();
});
