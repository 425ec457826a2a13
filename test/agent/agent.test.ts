import { inspect } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { Agent } from "../../kernel-lib/agent/agent";
import { DISPLAY } from "../../kernel-lib/engine/bridge";
import { tf } from "../../kernel-lib/engine/tf";
import { tinyAgent } from "./agents";

const PROMPTS = { opening: "say <b>", recurring: "again <<plan>>" };

let agent: Agent;
beforeAll(async () => {
  agent = await tinyAgent("llama", PROMPTS);
});

describe("an agent", () => {
  it("knows its width and its parameters", () => {
    const { weights } = agent.model;
    expect(agent.hiddenSize).toBe(32);
    expect(agent.parameters).toBe(Object.values(weights).reduce((sum, { size }) => sum + size, 0));
  });

  it("takes other prompts as another agent with the same model", () => {
    const other = agent.withPrompts({ recurring: "else" });
    expect(other.prompts).toEqual({ recurring: "else" });
    expect(other.model).toBe(agent.model);
    expect([other.name, other.stopIds]).toEqual([agent.name, agent.stopIds]);
    expect(agent.prompts).toEqual(PROMPTS);
  });

  it("shows itself, its prompts as text", () => {
    const shown = agent[DISPLAY]();
    expect(shown["text/plain"]).toContain('Agent "llama"');
    expect(shown["text/plain"]).toContain("llama, 2 layers, width 32, 4 heads");
    expect(shown["text/plain"]).toContain("again <<plan>>");
    expect(shown["text/html"]).toContain("say &lt;b&gt;");
    expect(shown["text/html"]).toContain("again &lt;&lt;plan&gt;&gt;");
  });

  it("prints itself as it shows itself, also within other values", () => {
    const plain = agent[DISPLAY]()["text/plain"];
    expect(String(agent)).toBe(plain);
    expect(inspect(agent)).toBe(plain);
    const within = inspect({ planner: agent });
    expect(within).toContain('planner: Agent "llama"');
    expect(within).not.toContain("weights");
  });

  it("must have a token that ends its turns", () => {
    expect(() => new Agent({ ...agent, stopIds: [] })).toThrow(
      'agent "llama" has no token that ends a turn. Try',
    );
  });

  it("frees its tensors", async () => {
    const other = await tinyAgent("llama");
    const before = tf.memory().numTensors;
    other.dispose();
    expect(before - tf.memory().numTensors).toBe(Object.keys(other.model.weights).length);
  });
});
