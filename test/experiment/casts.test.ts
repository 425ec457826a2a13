import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Agent } from "../../kernel-lib/agent/agent";
import { loadAgents } from "../../kernel-lib/agent/loadAgents";
import { ready } from "../../kernel-lib/engine/backend";
import { packageRoot } from "../../kernel-lib/engine/packageRoot";
import { CASTS } from "../../kernel-lib/experiment/casts";
import { examine } from "../../kernel-lib/experiment/examine";
import { smallConfig, smallTokenizer } from "../../kernel-lib/experiment/smallAgents";

beforeAll(() => ready());

describe.each(Object.keys(CASTS))("the shipped set %s", (cast) => {
  let agents: Record<string, Agent>;
  beforeAll(async () => {
    agents = await loadAgents(cast);
  });
  afterAll(() => {
    for (const agent of Object.values(agents)) agent.dispose();
  });

  test("has the agents of its recipe, in their shapes, with their prompts and words", () => {
    expect(Object.keys(agents).sort()).toEqual(CASTS[cast]!.map(({ role }) => role).sort());
    for (const recipe of CASTS[cast]!) {
      const agent = agents[recipe.role]!;
      const { tokenizer } = smallTokenizer(recipe);
      expect(agent.prompts).toEqual(recipe.prompts);
      expect(agent.model.config).toMatchObject(smallConfig(recipe, tokenizer.vocabSize));
      for (const word of recipe.skill.words) {
        expect(agent.tokenizer.encode(word), word).toEqual(tokenizer.encode(word));
      }
    }
  });

  test("knows its skills, on questions of a seed that its record does not hold", async () => {
    for (const { role, slots, skill } of CASTS[cast]!) {
      for (const [kind, exam] of Object.entries(skill.exams(7, 40))) {
        expect(await examine(agents[role]!, slots, exam), `${role}, ${kind}`).toBeGreaterThanOrEqual(0.95);
      }
    }
  });

  test("records how each agent was made, with its recipe's seed and steps", async () => {
    for (const { role, seed, steps = 900 } of CASTS[cast]!) {
      const file = join(packageRoot(), "data", "agents", cast, role, "training.json");
      const record = JSON.parse(await readFile(file, "utf8"));
      expect(record.settings, role).toMatchObject({ agent: role, seed, steps });
      expect(record.losses).toHaveLength(steps);
    }
  });
});

test("an expert has at least three times the parameters of its learner", async () => {
  const { expert, learner } = await loadAgents("small/distillation");
  expect(expert.parameters).toBeGreaterThanOrEqual(3 * learner.parameters);
  for (const agent of [expert, learner]) agent.dispose();
});
