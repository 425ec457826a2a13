import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Agent } from "../../kernel-lib/agent/agent";
import { ready } from "../../kernel-lib/engine/backend";
import { AbortedError } from "../../kernel-lib/engine/control";
import type { tf } from "../../kernel-lib/engine/tf";
import { applyInnerLink } from "../../kernel-lib/link/innerLink";
import { applyOuterLink } from "../../kernel-lib/link/outerLink";
import { embed, forward } from "../../kernel-lib/model/transformer";
import { sequential } from "../../kernel-lib/system/styles/sequential";
import type { Composition, RecursiveSystem } from "../../kernel-lib/system/system";
import { type WarmStartOptions, warmStart } from "../../kernel-lib/training/warmStart";
import { tensorsLeftBy } from "../support/tensors";
import { disposeAgents, EXAMPLES, linkNumbers, type Role, tinyAgents } from "../support/tinySystem";

const TINY = { steps: 8, batchSize: 2, warmup: 2 } as const;

let agents: Record<Role, Agent>;

beforeAll(async () => {
  await ready();
  agents = tinyAgents();
});
afterAll(() => disposeAgents({ agents }));

const make = (composition?: Composition): Promise<RecursiveSystem> => sequential(agents, { composition });

/**
 * One example's losses in one round, link by link, written out: the agent reads its prompt with gold text in the slot
 * and its gold message; before each word of it, what the link makes of the state is held against the next word.
 */
async function lossesByHand(
  system: RecursiveSystem,
  which: number,
  texts: Record<Role, { prompt: string; message: string; next: Role }>,
): Promise<number[]> {
  const { forest, start } = EXAMPLES[which]!.question;
  const losses: number[] = [];
  for (const [role, { prompt, message, next }] of Object.entries(texts)) {
    const { model, tokenizer } = agents[role as Role];
    const before = tokenizer.encode(prompt.replace("FOREST", forest!).replace("START", start!));
    const words = tokenizer.encode(message);
    const { hidden } = forward(model, embed(model, [[...before, ...words]]));
    const states = hidden.slice([0, before.length - 1, 0], [1, words.length, -1]);
    const inward = applyInnerLink(system.links.inner[role]!, states);
    const carried = system.composition === "outer(h)" ? states : inward;
    const outward = applyOuterLink(system.links.outer[`${role}-${next}`]!, carried);
    const receiver = agents[next];
    losses.push(
      await meanDistance(inward, embed(model, [words])),
      await meanDistance(outward, embed(receiver.model, [receiver.tokenizer.encode(message)])),
    );
  }
  return losses;
}

/** The mean of 1 − cos over rows, in double precision. */
async function meanDistance(a: tf.Tensor3D, b: tf.Tensor3D): Promise<number> {
  const [, rows, width] = a.shape;
  const [x, y] = [await a.data(), await b.data()];
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    let [dot, xx, yy] = [0, 0, 0];
    for (let i = row * width; i < (row + 1) * width; i++) {
      dot += x[i]! * y[i]!;
      xx += x[i]! ** 2;
      yy += y[i]! ** 2;
    }
    sum += 1 - dot / Math.sqrt(xx * yy);
  }
  return sum / rows;
}

test.each(["outer(inner(h))", "outer(h)"] as const)(
  "the first loss is the sum of both cosine losses of each agent in round one: %s",
  async (composition) => {
    const system = await make(composition);
    const losses = await lossesByHand(system, 0, {
      planner: { prompt: "FOREST plan go START", message: "b is parent of c , go b", next: "critic" },
      critic: {
        prompt: "<|begin_of_text|> FOREST check b is parent of c , go b",
        message: "a is parent of b , go a",
        next: "solver",
      },
      solver: {
        prompt: "FOREST solve a is parent of b , go a",
        message: "a is parent of a , go a",
        next: "planner",
      },
    });
    const run = await warmStart(system, [EXAMPLES[0]!], { ...TINY, steps: 1, batchSize: 1, rounds: 1 });
    expect(run.losses[0]).toBeCloseTo(
      losses.reduce((sum, loss) => sum + loss, 0),
      4,
    );
    system.dispose();
  },
);

test("in later rounds the planner reads the solver's gold message of the round before", async () => {
  const system = await make();
  const [example] = EXAMPLES;
  const text = "l is parent of k , go l";
  // two rounds whose messages differ in the solver's first only, so the second round alone knows what it said
  const [first, second] = example!.messages;
  const spoken = { ...example!, messages: [{ ...first!, solver: text }, second!] };
  const silent = { ...example!, messages: [second!] };
  const losses = await lossesByHand(system, 0, {
    planner: { prompt: `FOREST plan ${text}`, message: "a is parent of a , go a", next: "critic" },
    critic: {
      prompt: "<|begin_of_text|> FOREST check a is parent of a , go a",
      message: "a is parent of a , go a",
      next: "solver",
    },
    solver: {
      prompt: "FOREST solve a is parent of a , go a",
      message: "a is parent of a , go a",
      next: "planner",
    },
  });
  const firstLoss = async (example: typeof spoken, seed: number): Promise<number> => {
    const copy = system.clone();
    const { losses: found } = await warmStart(copy, [example], { ...TINY, steps: 1, batchSize: 1, seed });
    copy.dispose();
    return found[0]!;
  };
  // seeds choose a round for each agent; among a few of them one has chosen round two for all
  const found: number[] = [];
  for (let seed = 0; seed < 40; seed++) found.push(await firstLoss(spoken, seed));
  const wanted = losses.reduce((sum, loss) => sum + loss, 0);
  expect(Math.min(...found.map((loss) => Math.abs(loss - wanted)))).toBeLessThan(1e-4);
  expect(Math.abs((await firstLoss(silent, 0)) - wanted)).toBeGreaterThan(1e-3);
  system.dispose();
});

test("training lowers the loss", async () => {
  const system = await make();
  const run = await warmStart(system, EXAMPLES, { ...TINY, steps: 60, batchSize: 3, learningRate: 1e-2 });
  expect(run.losses).toHaveLength(60);
  expect(run.finalLoss).toBeLessThan(0.6 * run.losses[0]!);
  system.dispose();
});

test("inner and outer links learn, agents do not", async () => {
  const system = await make();
  const before = await linkNumbers(system);
  const frozen = await agents.planner.model.weights["model.embed_tokens.weight"]!.data();
  await warmStart(system, EXAMPLES, TINY);
  const after = await linkNumbers(system);
  for (const name of Object.keys(before)) expect(after[name], name).not.toEqual(before[name]);
  expect(await agents.planner.model.weights["model.embed_tokens.weight"]!.data()).toEqual(frozen);
  system.dispose();
});

test("a hundred steps leave as many tensors as there were", async () => {
  const system = await make();
  const options = { ...TINY, steps: 100, batchSize: 1 };
  expect(await tensorsLeftBy(() => warmStart(system, EXAMPLES, options))).toBe(0);
  system.dispose();
});

test("a stopped run keeps what was learned, and goes on later as if it had never stopped, to the bit", async () => {
  const folder = await mkdtemp(join(tmpdir(), "warm-"));
  const unbroken = await make();
  const whole = await warmStart(unbroken, EXAMPLES, TINY);

  const stopped = await make();
  const before = await linkNumbers(stopped);
  const stop = new AbortController();
  const run = warmStart(stopped, EXAMPLES, {
    ...TINY,
    checkpoint: folder,
    signal: stop.signal,
    onProgress: ({ step }) => {
      if (step === 5) stop.abort();
    },
  });
  await expect(run).rejects.toBeInstanceOf(AbortedError);
  expect(await linkNumbers(stopped)).not.toEqual(before);

  const resumed = await make();
  const rest = await warmStart(resumed, EXAMPLES, { ...TINY, checkpoint: folder });
  expect(rest.losses).toEqual(whole.losses);
  expect(await linkNumbers(resumed)).toEqual(await linkNumbers(unbroken));
  for (const system of [unbroken, stopped, resumed]) system.dispose();
  await rm(folder, { recursive: true });
});

test("the optimizer's options are heeded and recorded", async () => {
  const learned = async (options: WarmStartOptions) => {
    const system = await make();
    const { settings } = await warmStart(system, EXAMPLES, { ...TINY, ...options });
    const numbers = await linkNumbers(system);
    system.dispose();
    return { settings, numbers };
  };
  const plain = await learned({});
  for (const option of [{ betas: [0.5, 0.6] as const }, { weightDecay: 0.5 }, { epsilon: 1 }]) {
    const { settings, numbers } = await learned(option);
    expect(settings).toMatchObject(option);
    expect(numbers, JSON.stringify(option)).not.toEqual(plain.numbers);
  }
});

test.each(["steps", "batchSize", "rounds"])("%s 0 is refused", async (name) => {
  const system = await make();
  await expect(warmStart(system, EXAMPLES, { ...TINY, [name]: 0 })).rejects.toThrow(`${name} is 0`);
  system.dispose();
});

test("no examples are refused", async () => {
  const system = await make();
  await expect(warmStart(system, [], TINY)).rejects.toThrow("there are no training examples");
  system.dispose();
});

test("examples without a role's gold messages are refused, and the error says whose there are", async () => {
  const system = await make();
  const { solver: _, ...messages } = EXAMPLES[0]!.messages[0]!;
  const mute = [{ ...EXAMPLES[0]!, messages: [messages] }];
  const left = await tensorsLeftBy(() =>
    expect(warmStart(system, mute, TINY)).rejects.toThrow(
      'example three has no message of the agent "solver"; it has those of planner, critic',
    ),
  );
  expect(left).toBe(0);
  system.dispose();
});
