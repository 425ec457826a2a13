import { afterAll, beforeAll, expect, test } from "vitest";
import { Agent } from "../../../kernel-lib/agent/agent";
import { ready } from "../../../kernel-lib/engine/backend";
import { AbortedError, type Progress } from "../../../kernel-lib/engine/control";
import { logits } from "../../../kernel-lib/model/transformer";
import { mixture } from "../../../kernel-lib/system/styles/mixture";
import { sequential } from "../../../kernel-lib/system/styles/sequential";
import { type Trace, trace, traceMany } from "../../../kernel-lib/system/trace";
import { tensorsLeftBy } from "../../support/tensors";
import { disposeAgents, EXAMPLES, type Role, tinyAgents } from "../../support/tinySystem";
import { naiveLatent, naiveText } from "../naive";

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
  const turns = [...Object.keys(naive.thoughts), "2 solver"];
  expect(steps.map(({ round, role }) => `${round} ${role}`)).toEqual(turns);
  expect(steps.at(-1)!.thoughts).toBeUndefined();
  for (const { round, role, thoughts } of steps.slice(0, -1)) {
    const { model, tokenizer } = agents[role as Role];
    const scores = [...(await logits(model, naive.thoughts[`${round} ${role}`]!).data())];
    const vocab = scores.length / 2;
    for (const [m, { readings }] of thoughts!.entries()) {
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

test("thoughts are kept whole, with their length and their cosine to the round before", async () => {
  const system = await sequential(agents, { latentSteps: 2 });
  const [example] = EXAMPLES;
  const { steps } = await trace(system, example!, { rounds: 3, maxNewTokens: 2 });
  const naive = await naiveLatent(system, example!.question, 3, 2);
  const rows = async (place: string): Promise<number[][]> =>
    (await naive.thoughts[place]!.array())[0] as number[][];
  for (const { round, role, thoughts } of steps.slice(0, -1)) {
    const now = await rows(`${round} ${role}`);
    const before = round > 1 ? await rows(`${round - 1} ${role}`) : undefined;
    for (const [m, { vector, norm, cosine }] of thoughts!.entries()) {
      const length = Math.hypot(...now[m]!);
      expect(vector).toHaveLength(agents[role as Role].hiddenSize);
      for (const [i, value] of vector.entries()) expect(value).toBeCloseTo(now[m]![i]!, 3);
      expect(norm).toBeCloseTo(length, 3);
      if (!before) expect(cosine).toBeNull();
      else {
        const product = now[m]!.reduce((sum, value, i) => sum + value * before[m]![i]!, 0);
        expect(cosine).toBeCloseTo(product / (length * Math.hypot(...before[m]!)), 3);
      }
    }
  }
  system.dispose();
});

test("in text, the trace holds what was said, and counts its tokens", async () => {
  const system = await sequential(agents, { medium: "text", maxMessageTokens: 4 });
  const example = EXAMPLES[2]!;
  const traced = await trace(system, example, { rounds: 2, maxNewTokens: 4 });
  const naive = await naiveText(system, example.question, 2, 4);
  const said = traced.steps.slice(0, -1).map(({ round, role, said }) => [`${round} ${role}`, said]);
  expect(Object.fromEntries(said)).toEqual(naive.said);
  expect(traced.steps.at(-1)).toMatchObject({ round: 2, role: "solver", answer: naive.answers[2]!.text });
  expect(traced.answer).toBe(naive.answers[2]!.text);
  expect(traced.tokens).toBe(naive.messageTokens + naive.answers[2]!.tokens);
  system.dispose();
});

test("prompts are told as they were read, with what filled their slots", async () => {
  const system = await sequential(agents, { latentSteps: 2 });
  const latent = (await trace(system, EXAMPLES[0]!, { rounds: 2, top: 1 })).steps;
  expect(latent[0]!.prompt).toBe("b a ; a a ; c b ; plan go c");
  expect(latent[0]!.heard).toEqual([]);
  expect(latent[1]!.heard).toEqual([{ slot: "plan", from: "planner", round: 1, medium: "latent" }]);
  expect(latent[3]!.heard).toEqual([{ slot: "feedback", from: "solver", round: 1, medium: "latent" }]);
  const [first, second] = latent[2]!.thoughts!.map(({ readings }) => readings[0]!.token);
  expect(latent[3]!.prompt).toMatch("b a ; a a ; c b ; plan «feedback ← solver: 2 thoughts, ");
  for (const token of [first!, second!]) expect(latent[3]!.prompt.split(": 2 thoughts,")[1]).toContain(token);

  const text = (await trace(system.withMedium("text"), EXAMPLES[0]!, { rounds: 2 })).steps;
  expect(text[3]!.heard).toMatchObject([{ medium: "text" }]);
  expect(text[3]!.prompt).toBe(`b a ; a a ; c b ; plan «feedback ← solver: ${text[2]!.said}»`);
  system.dispose();
});

test("media may differ from edge to edge", async () => {
  const system = await sequential(agents, { medium: { "critic-solver": "text" } });
  const { steps } = await trace(system, EXAMPLES[0]!, { rounds: 2, maxNewTokens: 2 });
  expect(steps.map(({ role, thoughts, said }) => [role, thoughts?.length ?? 0, said !== undefined])).toEqual([
    ["planner", 1, false],
    ["critic", 0, true],
    ["solver", 1, false],
    ["planner", 1, false],
    ["critic", 0, true],
    ["solver", 0, false],
  ]);
  expect(steps[2]!.heard).toMatchObject([{ from: "critic", medium: "text" }]);
  expect(steps[2]!.prompt).toContain(`«refined ← critic: ${steps[1]!.said || "(nothing)"}»`);
  system.dispose();
});

test("the mixture's summarizer hears three experts in one turn, and each expert hears it in the next round", async () => {
  const told = { opening: "{{ forest }} plan go {{ start }}", recurring: "{{ forest }} plan <<feedback>>" };
  const views = { recurring: "{{ forest }} <<mathView>> go <<codeView>> go <<scienceView>>" };
  const system = await mixture({
    math: agents.planner.withPrompts(told),
    code: agents.critic.withPrompts(told),
    science: agents.solver.withPrompts(told),
    summarizer: agents.planner.withPrompts(views),
  });
  const { steps } = await trace(system, EXAMPLES[0]!, { rounds: 2, maxNewTokens: 2 });
  expect(steps[3]!.heard.map(({ slot, from, round }) => [slot, from, round])).toEqual([
    ["mathView", "math", 1],
    ["codeView", "code", 1],
    ["scienceView", "science", 1],
  ]);
  expect(steps[3]!.prompt).toMatch(
    /«mathView ← math: .*» go «codeView ← code: .*» go «scienceView ← science: .*»$/,
  );
  for (const step of steps.slice(4, 7)) {
    expect(step.heard).toEqual([{ slot: "feedback", from: "summarizer", round: 1, medium: "latent" }]);
  }
  system.dispose();
});

test("many questions are traced in batches as each is alone", async () => {
  const system = await sequential(agents, { latentSteps: 2 });
  const seen: Progress[] = [];
  const options = { rounds: 2, top: 2, maxNewTokens: 4 };
  const many = await traceMany(system, EXAMPLES, {
    ...options,
    batchSize: 2,
    onProgress: (progress) => seen.push(progress),
  });
  expect(seen.map(({ step, total }) => [step, total])).toEqual([
    [2, 3],
    [3, 3],
  ]);
  for (const [i, example] of EXAMPLES.entries()) {
    const alone = await trace(system, example, options);
    expect(many[i]!.id).toBe(example.id);
    expect(many[i]!.answer).toBe(alone.answer);
    for (const [k, step] of alone.steps.entries()) {
      const { round, role, prompt, heard, thoughts = [] } = many[i]!.steps[k]!;
      expect({ round, role, prompt, heard }).toEqual({
        round: step.round,
        role: step.role,
        prompt: step.prompt,
        heard: step.heard,
      });
      expect(thoughts.map(({ readings }) => readings[0]!.token)).toEqual(
        (step.thoughts ?? []).map(({ readings }) => readings[0]!.token),
      );
    }
  }
  system.dispose();
});

test("a question that ends early has no later turns, and its answer", async () => {
  const system = await sequential(agents, { latentSteps: 1 });
  const traced = await trace(system, EXAMPLES[0]!, { rounds: 4, maxNewTokens: 2, earlyExit: { latents: 3 } });
  // 1 − cosine is at most 2, so the second round ends it
  expect(traced.rounds).toBe(2);
  expect(traced.steps.at(-1)).toMatchObject({ role: "solver", answer: traced.answer });
  system.dispose();
});

/** An agent at whose first look at a thought the run is told to stop. */
const stopping = (agent: Agent, stop: AbortController): Agent =>
  new Agent({
    ...agent,
    tokenizer: {
      ...agent.tokenizer,
      idToToken: (id) => {
        stop.abort();
        return agent.tokenizer.idToToken(id);
      },
    },
  });

test("a trace that is stopped is kept up to there", async () => {
  const stop = new AbortController();
  const system = await sequential({ ...agents, critic: stopping(agents.critic, stop) });
  const failure = await trace(system, EXAMPLES[0]!, { rounds: 2, signal: stop.signal }).catch(
    (error) => error,
  );
  expect(failure).toBeInstanceOf(AbortedError);
  expect(failure.message).toBe("tracing stopped in round 1; its turns are kept");
  const partial: Trace = failure.partial;
  expect(partial.steps.map(({ role }) => role)).toEqual(["planner", "critic"]);
  expect(partial.answer).toBeUndefined();
  expect(String(partial)).toContain("none, the run was stopped");
  system.dispose();
});

test("of many, those that were finished are kept whole", async () => {
  const stop = new AbortController();
  const system = await sequential(agents);
  const failure = await traceMany(system, EXAMPLES, {
    rounds: 1,
    batchSize: 2,
    signal: stop.signal,
    onProgress: () => stop.abort(),
  }).catch((error) => error);
  expect(failure.message).toBe("tracing stopped after 2 of 3 questions; what was traced is kept");
  expect(failure.partial.map(({ id, steps }: Trace) => [id, steps.length])).toEqual([
    ["three", 3],
    ["two", 3],
    ["five", 0],
  ]);
  system.dispose();
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
  const many = { rounds: 2, batchSize: 2, onProgress: null };
  expect(await tensorsLeftBy(() => traceMany(system, EXAMPLES, many))).toBe(0);
  const stop = new AbortController();
  const stopped = await sequential({ ...agents, critic: stopping(agents.critic, stop) });
  const run = () => trace(stopped, EXAMPLES[0]!, { signal: stop.signal }).catch(() => undefined);
  expect(await tensorsLeftBy(run)).toBe(0);
  stopped.dispose();
  system.dispose();
});
