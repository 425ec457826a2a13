import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Agent } from "../../kernel-lib/agent/agent";
import { readSafetensors } from "../../kernel-lib/checkpoint/safetensors";
import { ready } from "../../kernel-lib/engine/backend";
import { AbortedError } from "../../kernel-lib/engine/control";
import { random } from "../../kernel-lib/engine/random";
import { tf } from "../../kernel-lib/engine/tf";
import { flattenLinks, unflattenLinks } from "../../kernel-lib/system/links";
import { prepareBatch, releaseBatch } from "../../kernel-lib/system/prepare";
import { sequential } from "../../kernel-lib/system/styles/sequential";
import type { RecursiveSystem } from "../../kernel-lib/system/system";
import { answerLoss, linksInUse, type TrainOuterOptions, trainOuter } from "../../kernel-lib/training/outer";
import { tensorsLeftBy } from "../support/tensors";
import {
  disposeAgents,
  EXAMPLES,
  linkNumbers,
  nearly,
  QUESTIONS,
  type Role,
  tinyAgents,
} from "../support/tinySystem";
import { naiveLatent } from "../system/naive";

const TINY = { rounds: 2, steps: 6, batchSize: 2, warmup: 2, learningRate: 3e-3 } as const;

let agents: Record<Role, Agent>;

beforeAll(async () => {
  await ready();
  agents = tinyAgents();
});
afterAll(() => disposeAgents({ agents }));

const make = (seed = 0): Promise<RecursiveSystem> => sequential(agents, { latentSteps: 2, seed });

/** The questions with answers of the given words. */
function batchOf(system: RecursiveSystem, answers: readonly string[]) {
  return {
    prepared: prepareBatch(system, QUESTIONS),
    answers: answers.map((answer) => agents.solver.tokenizer.encode(answer)),
  };
}

async function numberIn(loss: tf.Scalar): Promise<number> {
  const [value] = await loss.data();
  loss.dispose();
  return value!;
}

describe("the loss", () => {
  test("is the mean cross-entropy of one-word answers after a naive run", async () => {
    const system = await make();
    const batch = batchOf(system, ["a", "e", "f"]);
    const surprises: number[] = [];
    for (const [b, question] of QUESTIONS.entries()) {
      const scores = [...(await naiveLatent(system, question, 2, 1)).scores[2]!];
      const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
      surprises.push(Math.log(total) - scores[batch.answers[b]![0]!]!);
    }
    const loss = await numberIn(tf.tidy(() => answerLoss(system, system.links, batch, 2)));
    expect(loss).toBeCloseTo(surprises.reduce((sum, surprise) => sum + surprise, 0) / 3, 4);
    releaseBatch(batch.prepared);
    system.dispose();
  });

  test("of answers of several words is the mean over all their words, whatever the lengths beside them", async () => {
    const system = await make();
    const together = batchOf(system, ["a is", "e", "f of go"]);
    const loss = await numberIn(tf.tidy(() => answerLoss(system, system.links, together, 2)));
    releaseBatch(together.prepared);
    let sum = 0;
    for (const [b, ids] of together.answers.entries()) {
      const alone = { prepared: prepareBatch(system, [QUESTIONS[b]!]), answers: [ids] };
      sum += ids.length * (await numberIn(tf.tidy(() => answerLoss(system, system.links, alone, 2))));
      releaseBatch(alone.prepared);
    }
    expect(loss).toBeCloseTo(sum / 6, 4);
    system.dispose();
  });
});

describe("the gradient through cache, links and rounds", () => {
  // Central differences of a float32 loss near 3: rounding gives 3e-7 / STEP = 6e-5, curvature some parts in 10 000.
  const STEP = 5e-3;
  const slack = (slope: number): number => 2e-4 + 5e-4 * Math.abs(slope);

  test.each([
    { rounds: 1, composition: "outer(inner(h))" as const },
    { rounds: 2, composition: "outer(inner(h))" as const },
    { rounds: 2, composition: "outer(h)" as const },
  ])("agrees with finite differences: $rounds rounds, $composition", async ({ rounds, composition }) => {
    const system = await sequential(agents, { latentSteps: 2, composition });
    const batch = batchOf(system, ["a is", "e", "f"]);
    const all = flattenLinks(system.links);
    const used = linksInUse(system, rounds);
    const names = Object.keys(all).filter(
      (name) =>
        used.some((link) => name.startsWith(link)) &&
        /(proj1|residual_proj|ln|target)\.(weight|bias)$/.test(name),
    );
    const lossAt = (values: readonly tf.Tensor[]): tf.Scalar => {
      const given = Object.fromEntries(names.map((name, i) => [name, values[i]!]));
      return answerLoss(system, unflattenLinks({ ...all, ...given }), batch, rounds);
    };
    const start = names.map((name) => all[name]!);
    const gradients = tf.tidy(() => tf.grads((...given: tf.Tensor[]) => lossAt(given))(start));

    /** How the loss changes along a direction of unit length in one tensor. */
    const slopeAlong = async (which: number, direction: tf.Tensor): Promise<number> => {
      const moved = (by: number): Promise<number> =>
        numberIn(
          tf.tidy(() =>
            lossAt(start.map((value, i) => (i === which ? value.add(direction.mul(by)) : value))),
          ),
        );
      return ((await moved(STEP)) - (await moved(-STEP))) / (2 * STEP);
    };

    for (const [which, name] of names.entries()) {
      const gradient = gradients[which]!;
      const stream = random("direction", name);
      const noise = tf.tensor(
        Float32Array.from({ length: gradient.size }, () => stream.normal()),
        gradient.shape,
      );
      for (const direction of [noise, gradient]) {
        const unit = tf.tidy(() => direction.div(tf.norm(direction)));
        const [slope] = await tf.tidy(() => unit.mul(gradient).sum()).data();
        const difference = await slopeAlong(which, unit);
        const apart = Math.abs(slope! - difference);
        expect(apart, `${name}: ${slope}, not ${difference}`).toBeLessThan(slack(difference));
        unit.dispose();
      }
      const [steepest] = await tf.tidy(() => tf.norm(gradient)).data();
      expect(steepest, `${name} is felt in the answer`).toBeGreaterThan(1e-4);
    }
    tf.dispose(gradients);
    releaseBatch(batch.prepared);
    system.dispose();
  });
});

describe("training", () => {
  test("lowers the loss on questions that it sees again and again", async () => {
    const system = await make();
    const { losses } = await trainOuter(system, EXAMPLES, {
      ...TINY,
      batchSize: 3,
      steps: 25,
      learningRate: 1e-2,
    });
    expect(losses).toHaveLength(25);
    expect(losses.at(-1)!).toBeLessThan(0.8 * losses[0]!);
    system.dispose();
  });

  test("for a hundred steps leaves as many tensors as there were", async () => {
    const system = await sequential(agents);
    const options = { ...TINY, steps: 100, batchSize: 1 };
    expect(await tensorsLeftBy(() => trainOuter(system, EXAMPLES, options))).toBe(0);
    system.dispose();
  });

  test("of the outer links leaves the inner ones as they were, to the bit", async () => {
    const system = await make();
    const before = await linkNumbers(system);
    await trainOuter(system, EXAMPLES, { ...TINY, train: "outer" });
    const after = await linkNumbers(system);
    for (const name of Object.keys(before)) {
      if (name.startsWith("inner.")) expect(after[name], name).toEqual(before[name]);
      else expect(after[name], name).not.toEqual(before[name]);
    }
    system.dispose();
  });

  test("of all links moves the inner ones too, and never an agent", async () => {
    const system = await make();
    const before = await linkNumbers(system);
    const weights = await agents.critic.model.weights["model.layers.0.mlp.up_proj.weight"]!.data();
    await trainOuter(system, EXAMPLES, TINY);
    const after = await linkNumbers(system);
    for (const role of ["planner", "critic", "solver"]) {
      expect(after[`inner.${role}.proj1.weight`]).not.toEqual(before[`inner.${role}.proj1.weight`]);
    }
    expect(await agents.critic.model.weights["model.layers.0.mlp.up_proj.weight"]!.data()).toEqual(weights);
    system.dispose();
  });

  test("at one round leaves alone what has no part in the answer: the solver's inner link and the way back", async () => {
    const system = await make();
    const before = await linkNumbers(system);
    await trainOuter(system, EXAMPLES, { ...TINY, rounds: 1 });
    const after = await linkNumbers(system);
    const moved = new Set(
      Object.keys(after)
        .filter(
          (name) => name.endsWith("proj1.weight") && after[name]!.some((x, i) => x !== before[name]![i]),
        )
        .map((name) => name.replace(".proj1.weight", "")),
    );
    expect([...moved].sort()).toEqual([
      "inner.critic",
      "inner.planner",
      "outer.critic-solver",
      "outer.planner-critic",
    ]);
    system.dispose();
  });

  test("of one thought through the paper's outer(h) has no inner link to train", async () => {
    const system = await sequential(agents, { latentSteps: 1, composition: "outer(h)" });
    const before = await linkNumbers(system);
    await trainOuter(system, EXAMPLES, TINY);
    const after = await linkNumbers(system);
    for (const name of Object.keys(before).filter((path) => path.endsWith("proj2.weight"))) {
      if (name.startsWith("inner.")) expect(after[name], name).toEqual(before[name]);
      else expect(after[name], name).not.toEqual(before[name]);
    }
    system.dispose();
  });

  test("is the same for the same seed, and another for another", async () => {
    const learned = async (seed: number) => {
      const system = await make();
      await trainOuter(system, EXAMPLES, { ...TINY, seed });
      const numbers = await linkNumbers(system);
      system.dispose();
      return numbers;
    };
    const first = await learned(1);
    expect(await learned(1)).toEqual(first);
    expect(await learned(2)).not.toEqual(first);
  });

  test("heeds every option of the optimizer, and records it", async () => {
    const learned = async (options: TrainOuterOptions) => {
      const system = await make();
      const { settings } = await trainOuter(system, EXAMPLES, { ...TINY, steps: 3, ...options });
      const numbers = await linkNumbers(system);
      system.dispose();
      return { settings, numbers };
    };
    const plain = await learned({});
    const wanted = [
      { betas: [0.5, 0.6] as const },
      { weightDecay: 0.5 },
      { epsilon: 1 },
      { clip: 1e-7 },
      { warmup: 1 },
    ];
    for (const option of wanted) {
      const { settings, numbers } = await learned(option);
      expect(settings).toMatchObject(option);
      expect(numbers, JSON.stringify(option)).not.toEqual(plain.numbers);
    }
  });

  test("records what it was asked for", async () => {
    const system = await make();
    const { label, settings } = await trainOuter(system, EXAMPLES, { ...TINY, seed: 5, train: "outer" });
    expect(label).toBe("training at 2 rounds");
    expect(settings).toMatchObject({
      kind: "outer",
      style: "sequential",
      rounds: 2,
      latentSteps: 2,
      composition: "outer(inner(h))",
      train: "outer",
      seed: 5,
      batchSize: 2,
      steps: 6,
      learningRate: 3e-3,
      clip: 1,
      warmup: 2,
    });
    system.dispose();
  });
});

describe("a stopped run", () => {
  const stopAt = async (
    system: RecursiveSystem,
    step: number,
    options: TrainOuterOptions,
  ): Promise<AbortedError> => {
    const stop = new AbortController();
    const run = trainOuter(system, EXAMPLES, {
      ...options,
      signal: stop.signal,
      onProgress: (progress) => {
        if (progress.step === step) stop.abort();
      },
    });
    return run.then(
      () => {
        throw new Error("it was not stopped");
      },
      (error: AbortedError) => error,
    );
  };

  test("throws an AbortedError, and the system holds what was learned by then", async () => {
    const folder = await mkdtemp(join(tmpdir(), "outer-"));
    const system = await make();
    const before = await linkNumbers(system);
    const error = await stopAt(system, 3, { ...TINY, checkpoint: folder });
    expect(error).toBeInstanceOf(AbortedError);
    expect(error.message).toBe(
      "training at 2 rounds stopped after step 3 of 6; what was learned is kept, and the same call goes on from there",
    );
    const kept = await linkNumbers(system);
    const saved = await readSafetensors(join(folder, "step-000003.safetensors"));
    for (const [name, numbers] of Object.entries(kept)) {
      expect(numbers, name).not.toEqual(before[name]);
      expect(numbers, name).toEqual([...saved[`parameters/${name}`]!.data]);
    }
    system.dispose();
    await rm(folder, { recursive: true });
  });

  test("leaves as many tensors as there were", async () => {
    const system = await make();
    expect(await tensorsLeftBy(() => stopAt(system, 2, TINY))).toBe(0);
    system.dispose();
  });

  test.each(["all", "outer"] as const)(
    "goes on later as if it had never stopped, to the bit: %s links",
    async (train) => {
      const folder = await mkdtemp(join(tmpdir(), "outer-"));
      const options = { ...TINY, train };
      const unbroken = await make();
      const whole = await trainOuter(unbroken, EXAMPLES, options);

      const stopped = await make();
      await stopAt(stopped, 4, { ...options, checkpoint: folder });
      stopped.dispose();
      const resumed = await make();
      const rest = await trainOuter(resumed, EXAMPLES, { ...options, checkpoint: folder });

      expect(rest.losses).toEqual(whole.losses);
      const bytes = async (system: RecursiveSystem): Promise<Record<string, Uint32Array>> => {
        const numbers = await linkNumbers(system);
        return Object.fromEntries(
          Object.entries(numbers).map(([name, list]) => [
            name,
            new Uint32Array(Float32Array.from(list).buffer),
          ]),
        );
      };
      expect(await bytes(resumed)).toEqual(await bytes(unbroken));
      unbroken.dispose();
      resumed.dispose();
      await rm(folder, { recursive: true });
    },
  );

  test("is not continued with other agents", async () => {
    const folder = await mkdtemp(join(tmpdir(), "outer-"));
    const system = await make();
    await stopAt(system, 2, { ...TINY, checkpoint: folder });
    const solver = nearly(agents.solver);
    const other = await sequential({ ...agents, solver }, { latentSteps: 2 });
    await expect(trainOuter(other, EXAMPLES, { ...TINY, checkpoint: folder })).rejects.toThrow(
      /was made with agents = .*"solver":/,
    );
    solver.model.weights["model.norm.weight"]!.dispose();
    system.dispose();
    other.dispose();
    await rm(folder, { recursive: true });
  });

  test("is not continued with other settings", async () => {
    const folder = await mkdtemp(join(tmpdir(), "outer-"));
    const system = await make();
    await stopAt(system, 2, { ...TINY, checkpoint: folder });
    await expect(trainOuter(system, EXAMPLES, { ...TINY, rounds: 3, checkpoint: folder })).rejects.toThrow(
      /was made with rounds = 2, and this run has 3/,
    );
    system.dispose();
    await rm(folder, { recursive: true });
  });
});

describe("a wrong call", () => {
  test.each(["rounds", "steps", "batchSize"])("with %s 0 is refused, and the links stay", async (name) => {
    const system = await make();
    const before = await linkNumbers(system);
    await expect(trainOuter(system, EXAMPLES, { ...TINY, [name]: 0 })).rejects.toThrow(
      new RangeError(
        `${name} is 0; it must be a whole number of at least 1. Try ${name}: 1, or leave it out for its default.`,
      ),
    );
    expect(await linkNumbers(system)).toEqual(before);
    system.dispose();
  });

  test("of links that cannot be trained alone is refused", async () => {
    const system = await make();
    await expect(trainOuter(system, EXAMPLES, { ...TINY, train: "inner" as "outer" })).rejects.toThrow(
      'train is "inner"; it can be "all" or "outer"',
    );
    system.dispose();
  });

  test("without examples is refused", async () => {
    const system = await make();
    await expect(trainOuter(system, [], TINY)).rejects.toThrow("there are no training examples");
    system.dispose();
  });

  test("with an answer of no words is refused, by its example, and leaves no tensor behind", async () => {
    const system = await make();
    const wrong = [{ ...EXAMPLES[0]!, answer: "" }];
    const left = await tensorsLeftBy(() =>
      expect(trainOuter(system, wrong, TINY)).rejects.toThrow(
        `the answer of example ${wrong[0]!.id} is empty`,
      ),
    );
    expect(left).toBe(0);
    system.dispose();
  });

  test("with a question that a prompt does not fit leaves no tensor behind", async () => {
    const system = await make();
    const wrong = [{ ...EXAMPLES[0]!, question: { start: "a" } }];
    const left = await tensorsLeftBy(() =>
      expect(trainOuter(system, wrong, TINY)).rejects.toThrow(/asks for \{\{ forest \}\}/),
    );
    expect(left).toBe(0);
    system.dispose();
  });
});
