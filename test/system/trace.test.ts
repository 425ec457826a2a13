import { inspect } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Agent } from "../../kernel-lib/agent/agent";
import { ready } from "../../kernel-lib/engine/backend";
import { DISPLAY } from "../../kernel-lib/engine/bridge";
import { logits } from "../../kernel-lib/model/transformer";
import { sequential } from "../../kernel-lib/system/styles/sequential";
import { Trace, trace } from "../../kernel-lib/system/trace";
import { tensorsLeftBy } from "../support/tensors";
import { disposeAgents, EXAMPLES, type Role, tinyAgents } from "../support/tinySystem";
import { naiveLatent, naiveText } from "./naive";

let agents: Record<Role, Agent>;

beforeAll(async () => {
  await ready();
  agents = tinyAgents();
});
afterAll(() => disposeAgents({ agents }));

test("each thought reads as the likeliest tokens of its agent's output embedding", async () => {
  const system = await sequential(agents, { latentSteps: 2 });
  const [example] = EXAMPLES;
  const { id, steps, answer, gold } = await trace(system, example!, { rounds: 2, top: 2, maxNewTokens: 4 });
  const naive = await naiveLatent(system, example!.question, 2, 4);

  expect({ id, answer, gold }).toEqual({ id: "three", answer: naive.answers[2]!.text, gold: "a" });
  expect(steps.map(({ round, role }) => `${round} ${role}`)).toEqual(Object.keys(naive.thoughts));
  for (const { round, role, thoughts } of steps) {
    const { model, tokenizer } = agents[role as Role];
    const scores = [...(await logits(model, naive.thoughts[`${round} ${role}`]!).data())];
    const vocab = scores.length / 2;
    for (const [m, readings] of thoughts!.entries()) {
      const masses = scores
        .slice(m * vocab, (m + 1) * vocab)
        .map((score, token) => ({ token, mass: Math.exp(score) }));
      const total = masses.reduce((sum, { mass }) => sum + mass, 0);
      const best = masses.sort((a, b) => b.mass - a.mass).slice(0, 2);
      expect(readings.map(({ token }) => token)).toEqual(best.map(({ token }) => tokenizer.idToToken(token)));
      for (const [k, { probability }] of readings.entries()) {
        expect(probability).toBeCloseTo(best[k]!.mass / total, 3);
      }
    }
  }
  system.dispose();
});

test("in text, the trace holds what was said", async () => {
  const system = await sequential(agents, { medium: "text", maxMessageTokens: 4 });
  const example = EXAMPLES[2]!;
  const { steps, answer } = await trace(system, example, { rounds: 2, maxNewTokens: 4 });
  const naive = await naiveText(system, example.question, 2, 4);
  expect(Object.fromEntries(steps.map(({ round, role, said }) => [`${round} ${role}`, said]))).toEqual(
    naive.said,
  );
  expect(answer).toBe(naive.answers[2]!.text);
  system.dispose();
});

test("a trace shows itself as a line per turn and as a table, with special tokens readable", () => {
  const thoughts = [[{ token: "<|im_end|>", probability: 0.75 }]];
  const shown = new Trace("x", [{ round: 1, role: "planner", thoughts }], "a & b", "a");
  expect(shown.toString()).toBe("round 1  planner   <|im_end|> 75 %\nanswer: a & b   (gold: a)");
  expect(inspect(shown)).toBe(String(shown));
  const html = shown[DISPLAY]()["text/html"] as string;
  expect(html).toContain("&lt;|im_end|&gt; 75 %");
  expect(html).toContain("<b>a &amp; b</b>");
});

test.each([{ rounds: 0 }, { top: 0 }, { maxNewTokens: 0 }])("%o is refused", async (options) => {
  const system = await sequential(agents);
  const [name] = Object.keys(options);
  await expect(trace(system, EXAMPLES[0]!, options)).rejects.toThrow(`${name} is 0`);
  system.dispose();
});

test("tracing leaves no tensor behind", async () => {
  const system = await sequential(agents, { latentSteps: 2 });
  expect(await tensorsLeftBy(() => trace(system, EXAMPLES[0]!, { rounds: 2 }))).toBe(0);
  system.dispose();
});
