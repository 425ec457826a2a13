import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ready } from "../../kernel-lib/engine/backend";
import { AbortedError } from "../../kernel-lib/engine/control";
import { tf } from "../../kernel-lib/engine/tf";
import { type CheckpointOptions, descend, type LoopResult } from "../../kernel-lib/training/loop";
import { tensorsLeftBy } from "../support/tensors";
import { numbersOf, REGRESSION_SETTINGS, regression, startOfRegression } from "./regression";

const run = (
  options: CheckpointOptions & {
    signal?: AbortSignal;
    onProgress?: (progress: { step: number }) => void;
  } = {},
  settings = REGRESSION_SETTINGS,
  objective = regression,
): Promise<LoopResult> =>
  descend("test", objective, startOfRegression(), settings, { kind: "test" }, options);

/** Stops the run when `step` is done, and gives back the error. */
async function stoppedAt(step: number, options: CheckpointOptions): Promise<AbortedError<LoopResult>> {
  const controller = new AbortController();
  const onProgress = (now: { step: number }): void => {
    if (now.step === step) controller.abort();
  };
  return await run({ ...options, signal: controller.signal, onProgress }).then(
    () => expect.fail("it was not stopped"),
    (error: AbortedError<LoopResult>) => error,
  );
}

const numbers = async ({ parameters, losses }: LoopResult) => ({
  parameters: await numbersOf(parameters),
  losses,
});

let folder: string;
beforeAll(() => ready());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "training-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("the training loop", () => {
  it("finds the minimum of least squares", async () => {
    const { parameters, losses } = await run({}, { steps: 150, learningRate: 0.2 });
    const { weight, bias } = await numbersOf(parameters);
    for (const [i, value] of [1, -2, 0.5, 3].entries()) expect(weight![i]).toBeCloseTo(value, 2);
    for (const [i, value] of [0.25, -1].entries()) expect(bias![i]).toBeCloseTo(value, 2);
    expect(losses).toHaveLength(150);
    expect(losses.at(-1)).toBeLessThan(1e-4);
  });

  it("gives the same numbers every time, and leaves its start alone", async () => {
    const start = startOfRegression();
    const go = (): Promise<LoopResult> => descend("test", regression, start, REGRESSION_SETTINGS, {});
    expect(await numbers(await go())).toEqual(await numbers(await go()));
    expect(await numbersOf(start)).toEqual({ weight: [0, 0, 0, 0], bias: [0, 0] });
  });

  it("tells each step and its loss", async () => {
    const told: [number, number][] = [];
    const onProgress = ({ step, total }: { step: number; total?: number }) => void told.push([step, total!]);
    await run({ onProgress }, { ...REGRESSION_SETTINGS, steps: 3 });
    expect(told).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
  });

  it.each([1, 17, 29, 39])("goes on bit for bit after a stop at step %i", async (step) => {
    const unbroken = await numbers(await run());
    const error = await stoppedAt(step, { checkpoint: folder, checkpointEvery: 7 });
    expect(error).toBeInstanceOf(AbortedError);
    expect(error.message).toBe(
      `test stopped after step ${step} of 40; what was learned is kept, and the same call goes on from there`,
    );
    expect(error.partial?.losses).toEqual(unbroken.losses.slice(0, step));
    const steps: number[] = [];
    const resumed = await run({ checkpoint: folder, onProgress: (now) => void steps.push(now.step) });
    expect(steps[0]).toBe(step + 1);
    expect(await numbers(resumed)).toEqual(unbroken);
  });

  it("goes on bit for bit after its process is killed", async () => {
    const child = spawn(process.execPath, [
      "-r",
      join(__dirname, "..", "support", "requireTypeScript.cjs"),
      join(__dirname, "slowRun.ts"),
      folder,
    ]);
    let output = "";
    child.stderr.on("data", (text) => {
      output += text;
    });
    const died = new Promise<NodeJS.Signals | null>((resolve) =>
      child.on("exit", (_, signal) => resolve(signal)),
    );
    child.stdout.on("data", (text) => {
      if (
        String(text)
          .split("\n")
          .some((step) => Number(step) >= 11)
      )
        child.kill("SIGKILL");
    });
    expect(await died, output).toBe("SIGKILL");

    const steps: number[] = [];
    const resumed = await run({
      checkpoint: folder,
      checkpointEvery: 3,
      onProgress: (now) => void steps.push(now.step),
    });
    expect(steps[0]).toBeGreaterThan(9);
    expect(steps[0]).toBeLessThan(40);
    expect(await numbers(resumed)).toEqual(await numbers(await run()));
  });

  it("has nothing left to do when its checkpoint is finished", async () => {
    const first = await numbers(await run({ checkpoint: folder }));
    const again = await run({ checkpoint: folder, onProgress: () => expect.fail("it took a step") });
    expect(await numbers(again)).toEqual(first);
  });

  it("counts the time before a resume too", async () => {
    const error = await stoppedAt(20, { checkpoint: folder });
    const path = join(folder, "manifest.json");
    const manifest = JSON.parse(readFileSync(path, "utf8"));
    expect(error.partial?.seconds).toBe(manifest.seconds);
    writeFileSync(path, JSON.stringify({ ...manifest, seconds: 86_400 }));
    const { seconds } = await run({ checkpoint: folder });
    expect(seconds).toBeGreaterThan(86_400);
    expect((await run({ checkpoint: folder })).seconds).toBe(seconds);
  });

  it("refuses the checkpoint of other settings", async () => {
    await run({ checkpoint: folder });
    await expect(run({ checkpoint: folder }, { ...REGRESSION_SETTINGS, learningRate: 0.1 })).rejects.toThrow(
      "made with learningRate = 0.2, and this run has 0.1",
    );
  });

  it("saves every so many steps and at the end", async () => {
    const savedBefore: Record<number, number | undefined> = {};
    const objective = {
      ...regression,
      prepare: (step: number) => {
        const path = join(folder, "manifest.json");
        savedBefore[step] = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).step : undefined;
        return regression.prepare(step);
      },
    };
    await run({ checkpoint: folder, checkpointEvery: 3 }, { ...REGRESSION_SETTINGS, steps: 8 }, objective);
    const none = undefined;
    expect(savedBefore).toEqual({ 0: none, 1: none, 2: none, 3: 3, 4: 3, 5: 3, 6: 6, 7: 6 });
    expect(JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"))).toMatchObject({ step: 8 });
  });

  it.each([0, -1e-3, Number.NaN, Infinity])("refuses a learning rate of %d", async (learningRate) => {
    await expect(run({}, { ...REGRESSION_SETTINGS, learningRate })).rejects.toThrow(
      `learningRate is ${learningRate}; it must be a number above 0`,
    );
  });

  it("stops at a loss that is no number, and says what to try", async () => {
    const spoiled = {
      ...regression,
      loss: (...given: Parameters<typeof regression.loss>) =>
        tf.mul(regression.loss(...given), Number.NaN) as tf.Scalar,
    };
    await expect(run({ checkpoint: folder }, REGRESSION_SETTINGS, spoiled)).rejects.toThrow(
      "the loss of step 1 is NaN: training diverged. Try a smaller learningRate",
    );
    expect(existsSync(join(folder, "manifest.json"))).toBe(false);
  });

  it("leaves the trained parameters and nothing else, after 100 steps, a stop or a divergence", async () => {
    const settings = { ...REGRESSION_SETTINGS, steps: 100 };
    const start = startOfRegression();
    const go = (signal?: AbortSignal, scale = 1): Promise<LoopResult> => {
      const loss = (...given: Parameters<typeof regression.loss>): tf.Scalar =>
        tf.mul(regression.loss(...given), scale) as tf.Scalar;
      return descend("test", { ...regression, loss }, start, settings, {}, { signal });
    };
    expect(await tensorsLeftBy(() => go())).toBe(2);
    expect(await tensorsLeftBy(() => go(AbortSignal.abort()).catch(() => undefined))).toBe(2);
    expect(await tensorsLeftBy(() => go(undefined, Number.NaN).catch(() => undefined))).toBe(0);
  });
});
