import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import * as lab from "../../kernel-lib";
import { expectAdvice, messageOf, settingsIn } from "../support/advice";
import { disposeAgents, tinyAgents, tinySystem } from "../support/tinySystem";

// Wrong settings of every public function that has some: each error names the value and suggests one that works.
type Settings = Record<string, unknown>;

const task = lab.findTheRoot({ trainSize: 2, testSize: 2 });
const ONE = { steps: 1, batchSize: 1, rounds: 1 };
let system: lab.RecursiveSystem;
beforeAll(async () => {
  system = await tinySystem();
});
afterAll(() => {
  disposeAgents(system);
  system.dispose();
});

const CALLS: Record<string, (settings: Settings) => unknown> = {
  sequential: async (settings) => (await lab.sequential(tinyAgents(), settings)).dispose(),
  withMedium: ({ medium }) => system.withMedium(medium as lab.Medium),
  trace: (settings) => lab.trace(system, task.test[0]!, { rounds: 1, ...settings }),
  evaluate: (settings) => lab.evaluate(system, task, { rounds: 1, limit: 1, ...settings }),
  decoding: (decoding) => lab.evaluate(system, task, { rounds: 1, limit: 1, decoding }),
  warmStart: (settings) => lab.warmStart(system, task.train, { ...ONE, ...settings }),
  trainOuter: (settings) => lab.trainOuter(system, task.train, { ...ONE, ...settings }),
  sweepDepth: (settings) => {
    const options = { ...ONE, trainRounds: [1], testRounds: [1], limit: 1, ...settings };
    return lab.sweepDepth(system, task, options);
  },
  pretrainAgent: (settings) => {
    const { solver } = tinyAgents();
    const skill = lab.skills.oneHop("refined", "solve", { contexts: 1, queries: 1 });
    const parts = { ...solver, config: solver.model.config, slots: ["refined"], skill };
    return lab.pretrainAgent(parts, { steps: 1, ...settings });
  },
  findTheRoot: (settings) => lab.findTheRoot({ trainSize: 1, testSize: 1, ...settings }),
  guidedRoot: (settings) => lab.guidedRoot({ trainSize: 1, testSize: 1, ...settings }),
  lastDigits: (settings) => lab.lastDigits({ trainSize: 1, testSize: 1, ...settings }),
  threeMaps: (settings) => lab.threeMaps({ trainSize: 1, testSize: 1, ...settings }),
  figure: (settings) => lab.figure({ data: [{ y: [1] }], ...settings }),
  roundCurves: (settings) =>
    lab.roundCurves([{ label: "latent", points: [{ rounds: 1, value: 0.3 }] }], settings),
  toPNG: (settings) => lab.figure({ data: [{ y: [1] }] }).toPNG(settings),
};

it.each<[call: keyof typeof CALLS, wrong: Settings, given: string]>([
  ["sequential", { latentSteps: 0 }, "latentSteps is 0"],
  ["sequential", { latentSteps: "three" }, 'latentSteps is "three"'],
  ["sequential", { maxMessageTokens: -4 }, "maxMessageTokens is -4"],
  ["sequential", { composition: "inner(outer(h))" }, 'composition is "inner(outer(h))"'],
  ["sequential", { medium: "txt" }, 'medium is "txt"'],
  ["withMedium", { medium: "latnt" }, 'medium is "latnt"'],
  ["trace", { rounds: 0 }, "rounds is 0"],
  ["trace", { top: 0.5 }, "top is 0.5"],
  ["trace", { maxNewTokens: Number.NaN }, "maxNewTokens is NaN"],
  ["evaluate", { rounds: 1.5 }, "rounds is 1.5"],
  ["evaluate", { limit: 0 }, "limit is 0"],
  ["evaluate", { batchSize: null }, "batchSize is null"],
  ["decoding", { temperature: -1 }, "temperature is -1"],
  ["decoding", { topP: 0 }, "topP is 0"],
  ["warmStart", { steps: 0 }, "steps is 0"],
  ["warmStart", { rounds: 0 }, "rounds is 0"],
  ["warmStart", { learningRate: 0 }, "learningRate is 0"],
  ["warmStart", { checkpointEvery: 0 }, "checkpointEvery is 0"],
  ["trainOuter", { batchSize: 0 }, "batchSize is 0"],
  ["trainOuter", { learningRate: -1e-4 }, "learningRate is -0.0001"],
  ["trainOuter", { train: "otter" }, 'train is "otter"'],
  ["sweepDepth", { trainRounds: [] }, "the number of trainRounds is 0"],
  ["sweepDepth", { testRounds: [1, 0] }, "rounds is 0"],
  ["sweepDepth", { evaluationBatch: 0 }, "evaluationBatch is 0"],
  ["pretrainAgent", { steps: 0 }, "steps is 0"],
  ["guidedRoot", { testSize: 0 }, "testSize is 0"],
  ["lastDigits", { trainSize: 0 }, "trainSize is 0"],
  ["threeMaps", { testSize: 1.5 }, "testSize is 1.5"],
  ["findTheRoot", { trainSize: 2.5 }, "trainSize is 2.5"],
  ["findTheRoot", { testSize: -1 }, "testSize is -1"],
  ["findTheRoot", { roles: [] }, "the number of roles is 0"],
  ["figure", { data: [] }, "none"],
  ["roundCurves", { metric: "acuracy" }, 'metric is "acuracy"'],
  ["toPNG", { scale: 0 }, "scale is 0"],
])("%s(%j) says what to try, and that works", async (call, wrong, given) => {
  const message = await messageOf(() => CALLS[call]!(wrong));
  expectAdvice(message, given);
  const better = settingsIn(message);
  expect(Object.keys(better)).toEqual(Object.keys(wrong));
  await CALLS[call]!(better);
});

describe("variables of the environment", () => {
  afterEach(() => vi.unstubAllEnvs());
  const VARIABLES: Record<string, () => unknown> = {
    RECURSIVEMAS_PROGRESS: () => lab.evaluate(system, task, { rounds: 1, limit: 1 }),
    RECURSIVEMAS_PARAMS: () => lab.parameters({ steps: 150 }),
    RECURSIVEMAS_BACKEND: async () => {
      vi.resetModules();
      await (await import("../../kernel-lib/engine/backend.js")).ready();
    },
  };

  it.each([
    ["RECURSIVEMAS_PROGRESS", "hmtl", '"hmtl"'],
    ["RECURSIVEMAS_PARAMS", "{steps: 10", "not JSON"],
    ["RECURSIVEMAS_PARAMS", "10", "is 10"],
    ["RECURSIVEMAS_BACKEND", "cpuu", '"cpuu"'],
  ])("%s=%s says what to try, and that works", async (name, wrong, given) => {
    vi.stubEnv(name, wrong);
    vi.spyOn(console, "log").mockReturnValue();
    const message = await messageOf(VARIABLES[name]!);
    expectAdvice(message, given);
    const [, better] = new RegExp(` Try ${name}='?(.+?)'?\\.$`).exec(message)!;
    vi.stubEnv(name, better);
    await VARIABLES[name]!();
  });

  it.each([
    ['{"step": 10}', '"step"'],
    ['{"steps": "ten"}', 'steps = "ten"'],
  ])("RECURSIVEMAS_PARAMS=%s says which parameter to try", async (wrong, given) => {
    vi.stubEnv("RECURSIVEMAS_PARAMS", wrong);
    expectAdvice(await messageOf(VARIABLES.RECURSIVEMAS_PARAMS!), given);
  });
});
