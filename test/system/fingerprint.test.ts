import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Agent } from "../../kernel-lib/agent/agent";
import { ready } from "../../kernel-lib/engine/backend";
import { agentsDigest, fingerprint } from "../../kernel-lib/system/fingerprint";
import { SEQUENTIAL, sequential } from "../../kernel-lib/system/styles/sequential";
import type { RecursiveSystem, SystemOptions } from "../../kernel-lib/system/system";
import type { Tool } from "../../kernel-lib/tool/tool";
import { disposeAgents, nearly, type Role, tinyAgents } from "../support/tinySystem";

let agents: Record<Role, Agent>;
let twins: Record<Role, Agent>;
let close: Agent;

beforeAll(async () => {
  await ready();
  agents = tinyAgents();
  twins = tinyAgents();
  close = nearly(agents.critic);
});
afterAll(() => {
  disposeAgents({ agents });
  disposeAgents({ agents: twins });
  close.model.weights["model.norm.weight"]!.dispose();
});

async function from<T>(
  read: (system: RecursiveSystem) => Promise<T>,
  given: Record<Role, Agent>,
  options: SystemOptions = {},
): Promise<T> {
  const system = await sequential(given, options);
  const result = await read(system);
  system.dispose();
  return result;
}

test("a fingerprint is that of every system of the same agents, whatever its links", async () => {
  const print = await from(fingerprint, agents, { seed: 1 });
  expect(print).toMatch(/^[0-9a-f]{16}$/);
  expect(await from(fingerprint, twins, { seed: 2 })).toBe(print);
});

test("a system without limits, tools or a mixture of media has the print that it had before there were any", async () => {
  const hash = createHash("sha256").update(
    JSON.stringify({ style: SEQUENTIAL, latentSteps: 2, composition: "outer(h)" }),
  );
  for (const role of SEQUENTIAL.order) {
    const { model, prompts } = agents[role];
    hash.update(JSON.stringify({ role, prompts, config: model.config }));
    for (const name of Object.keys(model.weights).sort()) {
      hash.update(name).update(Buffer.from((await model.weights[name]!.data()).buffer));
    }
  }
  const wanted = hash.digest("hex").slice(0, 16);
  expect(await from(fingerprint, agents, { latentSteps: 2, composition: "outer(h)" })).toBe(wanted);
  expect(await from(fingerprint, agents, { latentSteps: 2, composition: "outer(h)", medium: "text" })).toBe(
    wanted,
  );
});

test("limits, tools and a mixture of media each change a print", async () => {
  const clock: Tool = {
    name: "clock",
    description: "the time",
    run: async () => ({ text: "noon", failed: false }),
  };
  const prints = [
    await from(fingerprint, agents),
    await from(fingerprint, agents, { messageLimits: { planner: { tokens: 3 } } }),
    await from(fingerprint, agents, { tools: [clock] }),
    await from(fingerprint, agents, { medium: { "planner-critic": "text" } }),
    await from(fingerprint, agents, { medium: { "critic-solver": "text" } }),
  ];
  expect(new Set(prints).size).toBe(prints.length);
});

test("a fingerprint changes with one number of a weight, a prompt, or a setting", async () => {
  const solver = agents.solver.withPrompts({ recurring: "else <<refined>>" });
  const prints = [
    await from(fingerprint, agents),
    await from(fingerprint, { ...agents, critic: close }),
    await from(fingerprint, { ...agents, solver }),
    await from(fingerprint, agents, { latentSteps: 2 }),
    await from(fingerprint, agents, { composition: "outer(h)" }),
  ];
  expect(new Set(prints).size).toBe(5);
});

test("digests of agents are short, one per role, and the same for equal agents", async () => {
  const digests = await from(agentsDigest, agents);
  expect(Object.keys(digests)).toEqual(["planner", "critic", "solver"]);
  for (const digest of Object.values(digests)) expect(digest).toMatch(/^[0-9a-f]{12}$/);
  expect(await from(agentsDigest, twins)).toEqual(digests);
});

test("one number of its weights changes the digest of that agent alone", async () => {
  const { critic, ...others } = await from(agentsDigest, agents);
  const changed = await from(agentsDigest, { ...agents, critic: close });
  expect(changed).toMatchObject(others);
  expect(changed.critic).not.toBe(critic);
});

test("a setting of its model changes the digest of an agent; prompts and the order of settings do not", async () => {
  const digests = await from(agentsDigest, agents);
  const { model, prompts } = agents.planner;
  const withConfig = (config: typeof model.config): Agent =>
    Object.assign(agents.planner.withPrompts(prompts), { model: { ...model, config } });
  const other = withConfig({ ...model.config, ropeTheta: 20_000 });
  expect((await from(agentsDigest, { ...agents, planner: other })).planner).not.toBe(digests.planner);
  const reversed = Object.fromEntries(
    Object.entries(model.config).reverse(),
  ) as unknown as typeof model.config;
  const same = withConfig(reversed).withPrompts({ opening: "else", recurring: "else <<feedback>>" });
  expect(await from(agentsDigest, { ...agents, planner: same })).toEqual(digests);
});
