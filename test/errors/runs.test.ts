import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import * as lab from "../../kernel-lib";
import { expectAdvice, messageOf } from "../support/advice";
import { disposeAgents, tinySystem } from "../support/tinySystem";

// What runs leave behind (links, checkpoints, results) and does not fit: each error ends with what to try.
const task = lab.findTheRoot({ trainSize: 1, testSize: 1 });
let folder: string;
let system: lab.RecursiveSystem;
beforeAll(async () => {
  system = await tinySystem();
});
afterAll(() => {
  disposeAgents(system);
  system.dispose();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "runs-"));
});
afterEach(() => rm(folder, { recursive: true }));

const LINKS = "links.json";
const put = (name: string, text: string) => writeFile(join(folder, name), text);
const saved = async (change: (manifest: Record<string, object>) => object) => {
  await lab.saveLinks(system, folder);
  const manifest = JSON.parse(await readFile(join(folder, LINKS), "utf8"));
  await put(LINKS, JSON.stringify({ ...manifest, ...change(manifest) }));
};

it.each<[title: string, given: string, prepare: () => unknown]>([
  ["no links", LINKS, () => undefined],
  ["links of another format", "its format is 2", () => put(LINKS, '{"format": 2}')],
  ["links of another style", "mixture", () => saved(() => ({ style: "mixture" }))],
  ["links of other widths", '"planner":9', () => saved(() => ({ widths: { planner: 9 } }))],
  ["links of other agents", "critic", () => saved(({ agents }) => ({ agents: { ...agents, critic: "0" } }))],
  ["links that are gone", "gone.safetensors", () => saved(() => ({ file: "gone.safetensors" }))],
])("%s are refused with what to try", async (_, given, prepare) => {
  await prepare();
  expectAdvice(await messageOf(() => lab.loadLinks(system, folder)), given);
});

it("links of another composition load into a system made as is suggested", async () => {
  await saved(() => ({ composition: "outer(h)" }));
  const message = await messageOf(() => lab.loadLinks(system, folder));
  expectAdvice(message, "trained as outer(h)");
  const [, composition] = / Try a system made with composition: (".+")\.$/.exec(message)!;
  const other = await lab.RecursiveSystem.create(system.style, system.agents, {
    composition: JSON.parse(composition!),
  });
  await lab.loadLinks(other, folder);
  other.dispose();
});

const train = (settings: lab.TrainOuterOptions) =>
  lab.trainOuter(system, task.train, { steps: 1, batchSize: 1, rounds: 1, checkpoint: folder, ...settings });

it("a run with other settings goes on in another folder, as is suggested", async () => {
  await train({});
  expectAdvice(await messageOf(() => train({ batchSize: 2 })), "batchSize = 1, and this run has 2");
  const run = await train({ batchSize: 2, checkpoint: join(folder, "another") });
  expect(run.losses).toHaveLength(1);
});

it("a checkpoint that is damaged is refused with what to try", async () => {
  await put("manifest.json", "{");
  expectAdvice(await messageOf(() => train({})), join(folder, "manifest.json"));
});

it("a damaged result is computed again with the option that is suggested", async () => {
  const compute = (options: lab.StoreOptions = {}) =>
    lab.stored({ name: "depth", config: 7 }, () => 1, { folders: [folder], announce: null, ...options });
  const { file } = await compute();
  await writeFile(file, "{");
  const message = await messageOf(() => compute());
  expectAdvice(message, file);
  expect(message).toContain("{ fresh: true }");
  expect(await compute({ fresh: true })).toMatchObject({ value: 1, cached: false });
  expect(await compute()).toMatchObject({ value: 1, cached: true });
});
