import { afterAll, beforeAll, expect, it } from "vitest";
import * as lab from "../../kernel-lib";
import { expectAdvice, messageOf } from "../support/advice";
import { disposeAgents, type Role, tinyAgents } from "../support/tinySystem";

// Wrong graphs, media and settings of systems: each error names what was given and ends with what to try.
const task = lab.findTheRoot({ trainSize: 2, testSize: 2 });
let agents: Record<Role, lab.Agent>;
let system: lab.RecursiveSystem;
beforeAll(async () => {
  await lab.ready();
  agents = tinyAgents();
  system = await lab.sequential(agents);
});
afterAll(() => {
  system.dispose();
  disposeAgents({ agents });
});

const { edges } = lab.SEQUENTIAL;
const [forward, second, feedback] = edges;
const graph = (change: Partial<lab.Style>): Promise<lab.RecursiveSystem> =>
  lab.recursiveSystem({ ...lab.SEQUENTIAL, ...change } as lab.Style, agents);
const made = (options: object): Promise<lab.RecursiveSystem> => lab.sequential(agents, options);

it.each<[title: string, given: string | RegExp, call: () => unknown]>([
  ["no style", "undefined", () => lab.recursiveSystem(undefined as unknown as lab.Style, {})],
  ["an edge to nobody", '"solvr"', () => graph({ edges: [...edges, { ...second, to: "solvr" }] })],
  [
    "an agent that reaches nobody",
    '"critic"',
    () => graph({ edges: [forward, { ...second, from: "planner" }, feedback] }),
  ],
  [
    "an agent that hears nobody",
    '"planner"',
    () => graph({ edges: [forward, second, { ...feedback, to: "critic" }] }),
  ],
  ["no closed loop", '"solver"', () => graph({ edges: [forward, second] })],
  ["two deciders", "critic", () => graph({ speaker: ["critic", "solver"] as unknown as string })],
  [
    "two messages for one slot",
    '"plan"',
    () => graph({ edges: [...edges, { ...feedback, to: "critic", slot: "plan" }] }),
  ],
  [
    "a message against the order",
    "solver-planner",
    () => graph({ edges: [forward, second, { ...feedback, feedback: false }] }),
  ],
  [
    "an agent that hears an earlier round too, and has no opening",
    "<<plan>>",
    async () => {
      const critic = agents.critic.withPrompts({ recurring: "<<plan>> <<again>>" });
      const again = { from: "solver", to: "critic", slot: "again", feedback: true };
      await lab.recursiveSystem({ ...lab.SEQUENTIAL, edges: [...edges, again] } as lab.Style, {
        ...agents,
        critic,
      });
    },
  ],
  [
    "a missing agent",
    '"solver"',
    () =>
      lab.recursiveSystem(lab.SEQUENTIAL as lab.Style, { planner: agents.planner, critic: agents.critic }),
  ],
  ["an unknown medium", '"txt"', () => system.withMedium("txt" as "text")],
  [
    "a medium of an edge that is none",
    '"planner-critc"',
    () => system.withMedium({ "planner-critc": "text" }),
  ],
  ["the medium of no edge", '"critic"', () => system.mediumOf("critic")],
  ["a limit of a role that is none", '"slover"', () => made({ messageLimits: { slover: { tokens: 3 } } })],
  ["a limit of no kind", '"words"', () => made({ messageLimits: { solver: { words: 3 } } })],
  ["a limit of nothing", "0", () => made({ messageLimits: { solver: { tokens: 0 } } })],
  [
    "cuts as released of a system that was not",
    "sequential",
    () => system.withMedium("text", { asReleased: true }),
  ],
  ["a tool that is none", '"python"', () => made({ tools: ["python"] })],
  ["an early exit without a reason", "{}", () => lab.evaluate(system, task, { earlyExit: {} })],
  [
    "an early exit with an unknown reason",
    '"anwser"',
    () => lab.evaluate(system, task, { earlyExit: { anwser: true } as object }),
  ],
  [
    "an early exit that is no object",
    "true",
    () => lab.evaluate(system, task, { earlyExit: true as unknown as object }),
  ],
  ["a threshold below zero", "-1", () => lab.evaluate(system, task, { earlyExit: { latents: -1 } })],
  [
    "thoughts of a speaker that writes",
    "solver",
    () => lab.evaluate(system.withMedium("text"), task, { earlyExit: { latents: 1 } }),
  ],
])("%s: the error says what was given and what to try", async (_, given, call) => {
  expectAdvice(await messageOf(call), given);
});

it("a system that is whole is not refused", async () => {
  const whole = await graph({});
  expect(whole.trainableParameters).toBe(system.trainableParameters);
  whole.dispose();
});
