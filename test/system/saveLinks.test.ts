import { mkdtemp, readFile, rm, truncate, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Agent } from "../../kernel-lib/agent/agent";
import { readSafetensors, writeSafetensors } from "../../kernel-lib/checkpoint/safetensors";
import { ready } from "../../kernel-lib/engine/backend";
import { agentsDigest } from "../../kernel-lib/system/fingerprint";
import { loadLinks, saveLinks } from "../../kernel-lib/system/saveLinks";
import { sequential } from "../../kernel-lib/system/styles/sequential";
import type { RecursiveSystem } from "../../kernel-lib/system/system";
import { tensorsLeftBy } from "../support/tensors";
import { disposeAgents, linkNumbers, nearly, type Role, tinyAgents } from "../support/tinySystem";

let agents: Record<Role, Agent>;
let system: RecursiveSystem;
let folder: string;

beforeAll(async () => {
  await ready();
  agents = tinyAgents();
});
afterAll(() => disposeAgents({ agents }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "links-"));
  system = await sequential(agents, { seed: 1, latentSteps: 2 });
});
afterEach(async () => {
  system.dispose();
  await rm(folder, { recursive: true });
});

/** Loads into a fresh system, which is not to change, and gives the error. */
async function failure(): Promise<string> {
  const other = await sequential(agents, { seed: 2 });
  const before = await linkNumbers(other);
  let message = "";
  const left = await tensorsLeftBy(async () => {
    message = await loadLinks(other, folder).then(
      () => "nothing was wrong",
      (error: Error) => error.message,
    );
  });
  expect(left, "tensors left behind").toBe(0);
  expect(await linkNumbers(other)).toEqual(before);
  other.dispose();
  return message;
}

test("links come back bit for bit, in a system that began with others", async () => {
  await saveLinks(system, folder);
  const other = await sequential(agents, { seed: 2 });
  const left = await tensorsLeftBy(() => loadLinks(other, folder));
  expect(await linkNumbers(other)).toEqual(await linkNumbers(system));
  expect(left).toBe(0);
  other.dispose();
});

test("linear layers are stored as [out, in], row by row, as PyTorch does", async () => {
  await saveLinks(system, folder);
  const stored = await readSafetensors(join(folder, "links.safetensors"));
  const { shape, data } = stored["outer.planner-critic.residual_proj.weight"]!;
  expect(shape).toEqual([12, 8]);
  const inMemory = (await linkNumbers(system))["outer.planner-critic.residual_proj.weight"]!;
  for (let out = 0; out < 12; out++) {
    for (let from = 0; from < 8; from++) expect(data[out * 8 + from]).toBe(inMemory[from * 12 + out]);
  }
});

test("beside the links stands what they were trained for", async () => {
  await saveLinks(system, folder);
  expect(JSON.parse(await readFile(join(folder, "links.json"), "utf8"))).toEqual({
    format: 1,
    style: "sequential",
    widths: { planner: 8, critic: 12, solver: 6 },
    agents: await agentsDigest(system),
    latentSteps: 2,
    composition: "outer(inner(h))",
    file: "links.safetensors",
  });
});

test("links of agents with other widths are refused, with both systems' widths", async () => {
  const { planner, critic, solver } = agents;
  const swapped = await sequential({
    planner: critic.withPrompts(planner.prompts),
    critic: planner.withPrompts(critic.prompts),
    solver,
  });
  await saveLinks(swapped, folder);
  swapped.dispose();
  expect(await failure()).toBe(
    `the links in ${folder} belong to another system: sequential with widths ` +
      '{"planner":12,"critic":8,"solver":6}, and this one is sequential with {"planner":8,"critic":12,"solver":6}. ' +
      "Try the agents they were trained with.",
  );
});

test("links of an agent with other weights are refused, and the error says whose", async () => {
  const { planner, critic, solver } = agents;
  const other = await sequential({ planner, critic: nearly(critic), solver });
  await saveLinks(other, folder);
  other.agents.critic!.model.weights["model.norm.weight"]!.dispose();
  other.dispose();
  expect(await failure()).toBe(
    `the links in ${folder} were trained with other weights of the critic ("critic"). ` +
      "Try the agents they were trained with, or train anew with warmStart().",
  );
});

test("links of the same agents under other prompts are taken", async () => {
  await saveLinks(system, folder);
  const { planner, critic, solver } = agents;
  const other = await sequential({
    planner,
    critic,
    solver: solver.withPrompts({ recurring: "<<refined>> solve" }),
  });
  await loadLinks(other, folder);
  expect(await linkNumbers(other)).toEqual(await linkNumbers(system));
  other.dispose();
});

test("a folder without links is named, with what to give", async () => {
  expect(await failure()).toBe(
    `there is no ${join(folder, "links.json")}. Try a folder that saveLinks() wrote.`,
  );
});

test("a manifest whose tensors are gone is refused", async () => {
  await saveLinks(system, folder);
  await unlink(join(folder, "links.safetensors"));
  expect(await failure()).toContain(`there is no file ${join(folder, "links.safetensors")}`);
});

test.each([0, 7, 100, 6000])("a file cut short at %d bytes is refused", async (bytes) => {
  await saveLinks(system, folder);
  const path = join(folder, "links.safetensors");
  await truncate(path, bytes);
  expect(await failure()).toMatch(new RegExp(`${path} is not a readable safetensors file`));
});

test("a file that lacks one tensor is refused", async () => {
  await saveLinks(system, folder);
  const path = join(folder, "links.safetensors");
  const { "inner.solver.proj2.bias": _, ...fewer } = await readSafetensors(path);
  await writeSafetensors(path, fewer);
  expect(await failure()).toMatch(/inner\.solver\.proj2\.bias should be \[6\] and is missing/);
});

test("a manifest of another format, or not JSON, is refused", async () => {
  await saveLinks(system, folder);
  await writeFile(join(folder, "links.json"), '{"format": 2}');
  expect(await failure()).toMatch(/does not describe links: its format is 2, and this version reads 1/);
  await writeFile(join(folder, "links.json"), '{"format": 1}');
  expect(await failure()).toMatch(/does not describe links: it does not say with which agents/);
  await writeFile(join(folder, "links.json"), "{");
  expect(await failure()).toMatch(/links\.json does not describe links/);
});

test("links that were trained in another composition are refused, with the setting to make", async () => {
  const { planner, critic, solver } = agents;
  const other = await sequential({ planner, critic, solver }, { composition: "outer(h)" });
  await saveLinks(other, folder);
  other.dispose();
  expect(await failure()).toBe(
    `the links in ${folder} were trained as outer(h), and this system composes outer(inner(h)). ` +
      'Try a system made with composition: "outer(h)".',
  );
});
