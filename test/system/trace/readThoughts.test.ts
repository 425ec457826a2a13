import { afterAll, beforeAll, expect, test } from "vitest";
import { Agent } from "../../../kernel-lib/agent/agent";
import { ready } from "../../../kernel-lib/engine/backend";
import { tf } from "../../../kernel-lib/engine/tf";
import { readThoughts } from "../../../kernel-lib/system/trace/readThoughts";
import { disposeAgents, type Role, tinyAgents } from "../../support/tinySystem";

let agents: Record<Role, Agent>;

beforeAll(async () => {
  await ready();
  agents = tinyAgents();
});
afterAll(() => disposeAgents({ agents }));

/** The planner with other texts for its 23 tokens. */
const speaking = (name: (id: number) => string | undefined, text: (id: number) => string): Agent => {
  const { tokenizer } = agents.planner;
  const decode = ([id]: readonly number[]): string => text(id!);
  return new Agent({ ...agents.planner, tokenizer: { ...tokenizer, idToToken: name, decode } });
};

async function tokensOf(agent: Agent): Promise<string[]> {
  const thoughts = tf.ones([1, 1, agent.hiddenSize]) as tf.Tensor3D;
  const [thought] = await readThoughts(agent, thoughts, 0, 1000);
  thoughts.dispose();
  return thought!.readings.map(({ token }) => token);
}

test("tokens of bytes are read as text, except where they are part of a character", async () => {
  const parts = speaking(
    (id) => `Ġ${id}`,
    (id) => (id % 2 ? ` word ${id}` : "\ufffd"),
  );
  const tokens = await tokensOf(parts);
  expect(tokens).toHaveLength(agents.planner.model.config.vocabSize); // no more than there are
  expect(
    tokens.filter((token) => token.startsWith("Ġ")).every((token) => Number(token.slice(1)) % 2 === 0),
  ).toBe(true);
  expect(tokens).toContain(" word 1");
  expect(tokens).toContain("Ġ2");
});

test("a row of the embedding that has no token is a question mark", async () => {
  const padded = speaking(
    (id) => (id < 20 ? `w${id}` : undefined),
    (id) => `w${id}`,
  );
  const tokens = await tokensOf(padded);
  expect(tokens.filter((token) => token === "?")).toHaveLength(agents.planner.model.config.vocabSize - 20);
});

test("each question of a batch has its own thoughts", async () => {
  const { planner } = agents;
  const numbers = Array.from({ length: 2 * 3 * planner.hiddenSize }, (_, i) => i);
  const thoughts = tf.tensor3d(numbers, [2, 3, planner.hiddenSize]);
  const second = await readThoughts(planner, thoughts, 1, 2);
  thoughts.dispose();
  expect(second.flatMap(({ vector }) => [...vector])).toEqual(numbers.slice(numbers.length / 2));
  expect(second.map(({ readings }) => readings.length)).toEqual([2, 2, 2]);
});
