import { afterAll, beforeAll, expect, test } from "vitest";
import { Agent } from "../../kernel-lib/agent/agent";
import { ready } from "../../kernel-lib/engine/backend";
import { sequential } from "../../kernel-lib/system/styles";
import { disposeAgents, tinyAgents } from "../support/tinySystem";

beforeAll(() => ready());

const agents = tinyAgents();
afterAll(() => disposeAgents({ agents }));

/** The gain that the planner's inner link starts with, and the link that leads to the planner. */
async function gains(planner: Agent): Promise<number[]> {
  const mas = await sequential({ ...agents, planner });
  const [inner] = await mas.links.inner.planner!["post_ln.weight"]!.data();
  const [outer] = await mas.links.outer["solver-planner"]!["ln_target.weight"]!.data();
  mas.dispose();
  return [inner!, outer!];
}

test("links start at the scale at which token embeddings enter the model, which Gemma 3 multiplies first", async () => {
  const { planner } = agents;
  const numbers = await planner.model.weights["model.embed_tokens.weight"]!.data();
  const rms = Math.sqrt([...numbers].reduce((sum, x) => sum + x * x, 0) / numbers.length);
  for (const gain of await gains(planner)) expect(gain).toBeCloseTo(rms, 5);

  const { config, weights } = planner.model;
  const scaled = new Agent({ ...planner, model: { config: { ...config, embeddingScale: 3 }, weights } });
  for (const gain of await gains(scaled)) expect(gain).toBeCloseTo(3 * rms, 5);
});
