import { expect, test } from "vitest";
import type { Agent } from "../../kernel-lib/agent/agent";
import { ready } from "../../kernel-lib/engine/backend";
import type { MediumChoice } from "../../kernel-lib/system/media";
import { sequential } from "../../kernel-lib/system/styles/sequential";
import { RecursiveSystem } from "../../kernel-lib/system/system";
import { disposeAgents, type Role, tinyAgents } from "../support/tinySystem";

async function withSystem(
  look: (system: RecursiveSystem, agents: Record<Role, Agent>) => unknown,
): Promise<void> {
  await ready();
  const agents = tinyAgents();
  const system = await sequential(agents);
  await look(system, agents);
  system.dispose();
  disposeAgents({ agents });
}

const EDGES = ["planner-critic", "critic-solver", "solver-planner"];

test("one medium is that of every edge; edges that are not named are latent", () =>
  withSystem((system) => {
    const media = (choice: MediumChoice): string[] => {
      const twin = system.withMedium(choice);
      return [twin.medium, ...EDGES.map((edge) => twin.mediumOf(edge))];
    };
    expect(media("text")).toEqual(["text", "text", "text", "text"]);
    expect(media("latent")).toEqual(["latent", "latent", "latent", "latent"]);
    expect(media({ "critic-solver": "text" })).toEqual(["mixed", "latent", "text", "latent"]);
    expect(media({})).toEqual(["latent", "latent", "latent", "latent"]);
    expect(media(Object.fromEntries(EDGES.map((edge) => [edge, "text"])))).toEqual([
      "text",
      "text",
      "text",
      "text",
    ]);
    // a twin of a twin starts anew
    expect(
      system.withMedium("text").withMedium({ "solver-planner": "text" }).mediumOf("planner-critic"),
    ).toBe("latent");
    expect(system.withMedium({ "solver-planner": "text" }).withLatentSteps(3).medium).toBe("mixed");
  }));

test("a system says which of its edges are in words", () =>
  withSystem((system) => {
    const mixed = system.withMedium({ "critic-solver": "text", "planner-critic": "text" });
    expect(String(mixed)).toContain("\n  medium: mixed, in words on planner-critic, critic-solver\n");
  }));

test("a system without edges has the medium that it is given", () =>
  withSystem(async (_, { planner }) => {
    const alone = { name: "alone", order: ["planner"], edges: [], speaker: "planner" };
    const system = await RecursiveSystem.create(alone, { planner }, { medium: "text" });
    expect(system.medium).toBe("text");
    expect(() => system.mediumOf("a-b")).toThrow(
      'there is no edge "a-b" in the alone style; there are none. Try',
    );
    system.dispose();
  }));

test.each<[unknown, RegExp]>([
  ["txt", /medium is "txt"; it can be "latent" or "text"\. Try medium: "text"\.$/],
  [null, /medium is null; it can be "latent" or "text"\. Try medium: "latent"\.$/],
  [
    { "planner-critc": "text" },
    /medium names the edge "planner-critc", and the sequential style has planner-critic, .*\. Try "planner-critic"\.$/,
  ],
  [{ "planner-critic": "txt" }, /the medium of planner-critic is "txt"; it can be "latent" or "text"\. Try /],
])("medium %j is refused", async (choice, message) =>
  withSystem(async (system, agents) => {
    expect(() => system.withMedium(choice as MediumChoice)).toThrow(message);
    await expect(sequential(agents, { medium: choice as MediumChoice })).rejects.toThrow(message);
    expect(() => system.mediumOf("planner-solver")).toThrow(
      /there is no edge "planner-solver".*Try "planner-/,
    );
  }),
);
