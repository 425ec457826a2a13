import { inspect } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Agent } from "../../kernel-lib/agent/agent";
import { ready } from "../../kernel-lib/engine/backend";
import { DISPLAY } from "../../kernel-lib/engine/bridge";
import { tf } from "../../kernel-lib/engine/tf";
import { flattenLinks, unflattenLinks } from "../../kernel-lib/system/links";
import { SEQUENTIAL, sequential } from "../../kernel-lib/system/styles";
import { RecursiveSystem } from "../../kernel-lib/system/system";
import { tensorsLeftBy } from "../support/tensors";
import { disposeAgents, linkNumbers, numbersOf, type Role, tinyAgents } from "../support/tinySystem";

let agents: Record<Role, Agent>;

beforeAll(async () => {
  await ready();
  agents = tinyAgents();
});
afterAll(() => disposeAgents({ agents }));

/** A copy of a system's links with one tensor changed. */
function linksWith(system: RecursiveSystem, name: string, tensor: tf.Tensor) {
  return unflattenLinks({ ...flattenLinks(system.links), [name]: tensor });
}

test("a style without one of its agents is refused, by role", async () => {
  const { planner, solver } = agents;
  await expect(RecursiveSystem.create(SEQUENTIAL, { planner, solver })).rejects.toThrow(
    'the sequential style needs an agent "critic"; given were planner, solver. ' +
      "Try { planner, critic, solver } as loadAgents() gives them.",
  );
});

test("a role with a dot is refused, because links are named by their roles", async () => {
  const style = { name: "pair", order: ["a.b"], edges: [], speaker: "a.b" };
  await expect(RecursiveSystem.create(style, { "a.b": agents.planner })).rejects.toThrow(
    /"a\.b" holds a dot/,
  );
});

test("an agent whose prompt lacks its slot is refused, and the error says which slot and whose", async () => {
  const deaf = agents.critic.withPrompts({ recurring: "{{ forest }} check" });
  await expect(sequential({ ...agents, critic: deaf })).rejects.toThrow(
    /critic.*must hold <<plan>> once, where what the planner says goes/,
  );
});

test("an agent whose prompt holds its slot twice is refused", async () => {
  const twice = agents.solver.withPrompts({ recurring: "<<refined>> {{ forest }} <<refined>>" });
  await expect(sequential({ ...agents, solver: twice })).rejects.toThrow(/must hold <<refined>> once/);
});

test.each([0, -1, 1.5, Number.NaN])("latentSteps %d is refused", async (latentSteps) => {
  await expect(sequential(agents, { latentSteps })).rejects.toThrow(
    `latentSteps is ${latentSteps}; it must be a whole number of at least 1`,
  );
});

test("a composition or a medium that does not exist is refused, with those that do", async () => {
  const { planner, critic, solver } = agents;
  const composition = "inner(outer(h))" as "outer(h)";
  await expect(sequential({ planner, critic, solver }, { composition })).rejects.toThrow(
    'composition is "inner(outer(h))"; it can be "outer(inner(h))" or "outer(h)"',
  );
  const system = await sequential({ planner, critic, solver });
  expect(() => system.withMedium("txt" as "text")).toThrow('medium is "txt"; it can be "latent" or "text"');
  system.dispose();
});

test("maxMessageTokens 0 is refused", async () => {
  await expect(sequential(agents, { maxMessageTokens: 0 })).rejects.toThrow(/maxMessageTokens is 0/);
});

test("what is not said is one thought per turn, latent, through both links", async () => {
  const system = await sequential(agents);
  const { latentSteps, medium, composition, maxMessageTokens } = system;
  expect({ latentSteps, medium, composition, maxMessageTokens }).toEqual({
    latentSteps: 1,
    medium: "latent",
    composition: "outer(inner(h))",
    maxMessageTokens: 16,
  });
  system.dispose();
});

test("trainable parameters are 2d² + 6d per agent and 2·in + (3·in + 6)·out + 2·out² per edge", async () => {
  const system = await sequential(agents);
  const inner = [8, 12, 6].reduce((sum, d) => sum + 2 * d * d + 6 * d, 0);
  const edges = [
    [8, 12],
    [12, 6],
    [6, 8],
  ] as const;
  // source norm 2·in, first layer in·2out + 2out, second 2out·out + out, residual in·out + out, target norm 2out
  const outer = edges.reduce((sum, [i, o]) => sum + 2 * i + 3 * i * o + 2 * o * o + 6 * o, 0);
  expect(system.trainableParameters).toBe(inner + outer);
  system.dispose();
});

test("fresh links are the same for the same seed and differ for another", async () => {
  const [one, same, other] = [
    await sequential(agents, { seed: 7 }),
    await sequential(agents, { seed: 7 }),
    await sequential(agents, { seed: 8 }),
  ];
  expect(await linkNumbers(same)).toEqual(await linkNumbers(one));
  const [a, b] = [await linkNumbers(one), await linkNumbers(other)];
  for (const name of Object.keys(a).filter((key) => key.endsWith("proj1.weight"))) {
    expect(b[name], name).not.toEqual(a[name]);
  }
  for (const system of [one, same, other]) system.dispose();
});

test("a fresh link leaves at the size of the embeddings that it stands in for", async () => {
  const system = await sequential(agents);
  const numbers = await linkNumbers(system);
  const gains = { "inner.critic.post_ln.weight": "critic", "outer.critic-solver.ln_target.weight": "solver" };
  for (const [name, role] of Object.entries(gains)) {
    const embeddings = agents[role as Role].model.weights["model.embed_tokens.weight"]!;
    const table = [...(await embeddings.data())];
    const rootMeanSquare = Math.sqrt(table.reduce((sum, x) => sum + x * x, 0) / table.length);
    for (const gain of numbers[name]!) expect(gain, name).toBeCloseTo(rootMeanSquare, 5);
  }
  system.dispose();
});

test("another system's links are refused, and the error names the tensor and both shapes", async () => {
  const system = await sequential(agents);
  const { planner, critic, solver } = agents;
  const swapped = await sequential({
    planner: critic.withPrompts(planner.prompts),
    critic: planner.withPrompts(critic.prompts),
    solver,
  });
  const before = await linkNumbers(system);
  expect(() => system.replaceLinks(swapped.links)).toThrow(
    /belong to another system: inner\.planner\.\S+ should be \[8(,8)?\] and is \[12(,12)?\]/,
  );
  expect(await linkNumbers(system)).toEqual(before);
  system.dispose();
  swapped.dispose();
});

test("a system made with links begins with those, and frees them when it is disposed of", async () => {
  const first = await sequential(agents, { seed: 5 });
  const { links } = first.clone();
  const before = tf.memory().numTensors;
  const system = await sequential(agents, { links });
  expect(system.links).toBe(links);
  expect(tf.memory().numTensors).toBe(before);
  expect(await linkNumbers(system)).toEqual(await linkNumbers(first));
  system.dispose();
  expect(links.inner.planner!["proj1.weight"]!.isDisposed).toBe(true);
  first.dispose();
});

test("a system is not made with links of other shapes, and they stay whole", async () => {
  const system = await sequential(agents);
  const { planner, critic, solver } = agents;
  const swapped = {
    planner: critic.withPrompts(planner.prompts),
    critic: planner.withPrompts(critic.prompts),
    solver,
  };
  await expect(sequential(swapped, { links: system.links })).rejects.toThrow(
    /belong to another system: inner\.planner\.\S+ should be \[12(,12)?\] and is \[8(,8)?\]/,
  );
  expect(system.links.inner.planner!["proj1.weight"]!.isDisposed).toBe(false);
  system.dispose();
});

test("links with a tensor too few or too many are refused", async () => {
  const system = await sequential(agents);
  const { "inner.critic.proj1.bias": _, ...fewer } = flattenLinks(system.links);
  expect(() => system.replaceLinks(unflattenLinks(fewer))).toThrow(
    /inner\.critic\.proj1\.bias should be \[12\] and is missing/,
  );
  const extra = tf.zeros([1]);
  expect(() => system.replaceLinks(linksWith(system, "inner.judge.proj1.bias", extra))).toThrow(
    /this one has no inner\.judge\.proj1\.bias/,
  );
  extra.dispose();
  system.dispose();
});

test("replacing one tensor frees the old one and keeps the rest", async () => {
  const system = await sequential(agents);
  const old = system.links.inner.solver!["proj1.bias"]!;
  const kept = system.links.inner.solver!["proj2.bias"]!;
  system.replaceLinks(linksWith(system, "inner.solver.proj1.bias", tf.fill([6], 5)));
  expect(old.isDisposed).toBe(true);
  expect(kept.isDisposed).toBe(false);
  expect(await numbersOf(system.links.inner.solver!)).toMatchObject({ "proj1.bias": [5, 5, 5, 5, 5, 5] });
  system.dispose();
});

test("flattening links and back gives the same tensors", async () => {
  const system = await sequential(agents);
  const flat = flattenLinks(system.links);
  expect(Object.keys(flat)).toHaveLength(3 * 8 + 3 * 10);
  const again = flattenLinks(unflattenLinks(flat));
  for (const [name, tensor] of Object.entries(flat)) expect(again[name]).toBe(tensor);
  system.dispose();
});

test("a clone has the same numbers and goes its own way", async () => {
  const system = await sequential(agents, { seed: 3 });
  const copy = system.clone();
  const before = await linkNumbers(system);
  expect(await linkNumbers(copy)).toEqual(before);
  copy.replaceLinks(linksWith(copy, "outer.planner-critic.proj1.bias", tf.zeros([24])));
  expect(await linkNumbers(system)).toEqual(before);
  copy.dispose();
  expect(await linkNumbers(system)).toEqual(before);
  system.dispose();
});

test("the text twin shares its links with the system, also after they are replaced", async () => {
  const system = await sequential(agents, { latentSteps: 2, maxMessageTokens: 5 });
  const twin = system.withMedium("text");
  expect([system.medium, twin.medium, twin.latentSteps, twin.maxMessageTokens]).toEqual([
    "latent",
    "text",
    2,
    5,
  ]);
  const fresh = tf.fill([12], 2);
  system.replaceLinks(linksWith(system, "inner.critic.proj1.bias", fresh));
  expect(twin.links.inner.critic!["proj1.bias"]).toBe(fresh);
  expect(twin.links).toBe(system.links);
  system.dispose();
});

test("a twin with more latent steps shares its links with the system", async () => {
  const system = await sequential(agents, { medium: "text", composition: "outer(h)", maxMessageTokens: 5 });
  const twin = system.withLatentSteps(8);
  const { latentSteps, medium, composition, maxMessageTokens } = twin;
  expect([latentSteps, medium, composition, maxMessageTokens]).toEqual([8, "text", "outer(h)", 5]);
  expect(system.latentSteps).toBe(1);
  expect(twin.links).toBe(system.links);
  expect(() => system.withLatentSteps(0)).toThrow(
    "latentSteps is 0; it must be a whole number of at least 1",
  );
  system.dispose();
});

test("a system shows its agents, its settings and what is trained", async () => {
  const system = await sequential(agents, { latentSteps: 3 });
  const count = (value: number): string => value.toLocaleString("en-US");
  const { planner, critic, solver } = agents;
  expect(String(system)).toBe(
    [
      "Recursive system, sequential",
      `  planner: qwen3, width 8, ${count(planner.parameters)} parameters, frozen`,
      `  critic: llama, width 12, ${count(critic.parameters)} parameters, frozen`,
      `  solver: qwen2, width 6, ${count(solver.parameters)} parameters, frozen`,
      "  medium: latent",
      "  latent steps per turn: 3",
      "  composition: outer(inner(h))",
      `  links: ${count(system.trainableParameters)} trainable parameters`,
    ].join("\n"),
  );
  expect(system[DISPLAY]()["text/plain"]).toBe(String(system));
  expect(inspect(system)).toBe(String(system));
  expect(system[DISPLAY]()["text/html"]).toContain("<tr><td><b>medium</b></td><td>latent</td></tr>");
  system.dispose();
});

test("the names in a system's table are escaped", async () => {
  const style = { name: "a<b", order: ["x&y"], edges: [], speaker: "x&y" };
  const system = await RecursiveSystem.create(style, { "x&y": agents.planner });
  const html = system[DISPLAY]()["text/html"];
  expect(html).toContain("Recursive system, a&lt;b");
  expect(html).toContain("<b>x&amp;y</b>");
  system.dispose();
});

test("making, cloning and disposing of systems leaves no tensor behind, and the agents whole", async () => {
  const left = await tensorsLeftBy(async () => {
    const system = await sequential(agents);
    system.clone().dispose();
    system.dispose();
  });
  expect(left).toBe(0);
  expect(agents.planner.model.weights["model.norm.weight"]!.isDisposed).toBe(false);
});
