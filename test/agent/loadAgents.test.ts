import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadAgent, loadAgents } from "../../kernel-lib/agent/loadAgents";
import { speak } from "../../kernel-lib/agent/speak";
import { packageRoot } from "../../kernel-lib/engine/packageRoot";
import { tf } from "../../kernel-lib/engine/tf";
import { modelFolder, promptsOf, readIds } from "./agents";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "agents-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Puts a whole agent into the folder. */
async function put(role: string, model: string, described: unknown): Promise<void> {
  await cp(modelFolder(model), join(folder, role), { recursive: true });
  if (described === undefined) return;
  const text = typeof described === "string" ? described : JSON.stringify(described);
  await writeFile(join(folder, role, "agent.json"), text);
}

describe("loading a set of agents", () => {
  it("gives one agent per folder, with its model, prompts and stop token", async () => {
    await put("planner", "qwen3", { prompts: { opening: "w1", recurring: "w2 <<plan>>" } });
    await put("solver", "llama", { name: "The solver", prompts: { recurring: "w3" } });
    const agents = await loadAgents<"planner" | "solver">(folder);
    expect(Object.keys(agents)).toEqual(["planner", "solver"]);
    expect(agents.planner.name).toBe("planner");
    expect(agents.planner.model.config.family).toBe("qwen3");
    expect(agents.planner.prompts).toEqual({ opening: "w1", recurring: "w2 <<plan>>" });
    expect(agents.planner.stopIds).toEqual([3]);
    expect(agents.solver.name).toBe("The solver");
    expect(agents.solver.model.config.family).toBe("llama");
  });

  it("takes a path from where the program runs", async () => {
    await put("solver", "llama", { prompts: { recurring: "w3" } });
    expect(Object.keys(await loadAgents(relative(process.cwd(), folder)))).toEqual(["solver"]);
  });

  it("passes over files and hidden folders", async () => {
    await put("solver", "llama", { prompts: { recurring: "w3" } });
    await writeFile(join(folder, "README.md"), "two agents");
    await mkdir(join(folder, ".ipynb_checkpoints"));
    expect(Object.keys(await loadAgents(folder))).toEqual(["solver"]);
  });

  it("names the shipped sets when there is no such set", async () => {
    const shipped = await readdir(join(packageRoot(), "data", "agents", "small")).catch(() => []);
    const error: Error = await loadAgents("small/nonsense").then(
      () => expect.fail("it loaded"),
      (reason: Error) => reason,
    );
    expect(error.message).toContain('there are no agents "small/nonsense"; shipped are ');
    for (const set of shipped.filter((name) => !name.includes(".")))
      expect(error.message).toContain(`"small/${set}"`);
    expect(error.message).toContain(`(and there is no folder ${join(process.cwd(), "small", "nonsense")})`);
    expect(error.message).toContain("or the path of a folder with one sub-folder per agent.");
    expect(error.message).not.toContain(".md");
  });

  it("says so when a folder holds no agents", async () => {
    await expect(loadAgents(folder)).rejects.toThrow(
      `${folder} holds no agents; it should hold one folder per agent`,
    );
  });

  it("points to loadAgent for the folder of a single agent", async () => {
    await put("planner", "qwen3", { prompts: { recurring: "w2" } });
    await expect(loadAgents(join(folder, "planner"))).rejects.toThrow(
      /is the folder of one agent, not of a set\. Try loadAgent\("\S+planner"\)\.$/,
    );
  });

  it("frees the agents it has when another is not whole", async () => {
    await put("planner", "qwen3", { prompts: { recurring: "w2" } });
    await put("solver", "llama", undefined);
    const before = tf.memory().numTensors;
    await expect(loadAgents(folder)).rejects.toThrow("there is no");
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("loading one agent", () => {
  it("takes prompts and a name in place of agent.json", async () => {
    const agent = await loadAgent(modelFolder("qwen3"), { prompts: { recurring: "w1" }, name: "critic" });
    expect([agent.name, agent.prompts.recurring]).toEqual(["critic", "w1"]);
  });

  it("keeps all its end tokens, and ends at the second when that comes first", async () => {
    await put("solver", "qwen3", { prompts: { recurring: "w1" } });
    const { ids, greedy } = await promptsOf("qwen3");
    const said = greedy[0]!;
    expect(said.indexOf(said[2]!)).toBe(2);
    const ends = JSON.stringify({ eos_token_id: [3, said[4], said[2]] });
    await writeFile(join(folder, "solver", "generation_config.json"), ends);
    const { model, stopIds } = await loadAgent(join(folder, "solver"));
    expect(stopIds).toEqual([3, said[4], said[2]]);
    const spoken = await speak(model, readIds(model, [ids[0]!]), { stop: stopIds, maxNewTokens: 8 });
    expect(spoken).toEqual({ ids: [said.slice(0, 2)], generated: [3] });
  });

  it.each([
    [
      "is missing",
      undefined,
      /there is no .*agent\.json, .* Try writing one, .* or loadAgent\(folder, \{ prompts \}\)/,
    ],
    ["is not JSON", '{"prompts": ', /agent\.json is not JSON/],
    ["has no recurring prompt", { prompts: { opening: "w1" } }, /agent\.json has no prompts\.recurring/],
    ["is no object", "null", /agent\.json has no prompts\.recurring/],
  ])("says so when agent.json %s", async (_, described, problem) => {
    await put("solver", "llama", described);
    await expect(loadAgent(join(folder, "solver"))).rejects.toThrow(problem);
  });

  it("says so when the folder is no model", async () => {
    await expect(loadAgent(join(folder, "nobody"))).rejects.toThrow(
      `there is no folder ${join(folder, "nobody")}`,
    );
  });
});
