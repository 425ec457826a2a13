import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ready } from "../../kernel-lib/engine/backend";
import { tf } from "../../kernel-lib/engine/tf";
import {
  loadCheckpoint,
  removeCheckpoint,
  saveCheckpoint,
  type TrainingState,
} from "../../kernel-lib/training/checkpoint";
import { numbersOf } from "./regression";

const SETTINGS = { kind: "test", steps: 40, clip: Number.POSITIVE_INFINITY, betas: [0.9, 0.95] };

// thirds have no short decimal, so a state that passes through text would show
const stateAt = (step: number): TrainingState => {
  const tensors = (scale: number) => ({
    "proj1.weight": tf.tensor2d([
      [scale / 3, -1e-30],
      [1e30, 7],
    ]),
    bias: tf.tensor1d([scale]),
  });
  return {
    parameters: tensors(step),
    optimizer: { step, m: tensors(10 * step), v: tensors(100 * step) },
    losses: Array.from({ length: step }, (_, i) => Math.fround(1 / (i + 3))),
    seconds: step / 3,
  };
};

const plain = async ({ parameters, optimizer: { step, m, v }, losses, seconds }: TrainingState) => ({
  tensors: await Promise.all([parameters, m, v].map(numbersOf)),
  shapes: Object.values(parameters).map(({ shape }) => shape),
  step,
  losses,
  seconds,
});

let folder: string;
beforeAll(() => ready());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "training-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("a training checkpoint", () => {
  it("loads as it was saved, bit for bit", async () => {
    await saveCheckpoint(join(folder, "new", "run"), SETTINGS, stateAt(7));
    const loaded = await loadCheckpoint(join(folder, "new", "run"), SETTINGS);
    const byName = (x: Awaited<ReturnType<typeof plain>>) => ({ ...x, shapes: [...x.shapes].sort() });
    expect(byName(await plain(loaded!))).toEqual(byName(await plain(stateAt(7))));
  });

  it("is none in an empty folder, and in one that is not there", async () => {
    expect(await loadCheckpoint(folder, SETTINGS)).toBeUndefined();
    expect(await loadCheckpoint(join(folder, "nowhere"), SETTINGS)).toBeUndefined();
  });

  it("takes the place of the one before", async () => {
    await saveCheckpoint(folder, SETTINGS, stateAt(3));
    await saveCheckpoint(folder, SETTINGS, stateAt(6));
    expect((await readdir(folder)).sort()).toEqual(["manifest.json", "step-000006.safetensors"]);
    expect((await loadCheckpoint(folder, SETTINGS))?.optimizer.step).toBe(6);
  });

  it("outlives a crash between its tensors and its manifest, and later clears away what that left", async () => {
    await saveCheckpoint(folder, SETTINGS, stateAt(3));
    await writeFile(join(folder, "step-000006.safetensors"), "the beginning of");
    expect((await loadCheckpoint(folder, SETTINGS))?.optimizer.step).toBe(3);
    await saveCheckpoint(folder, SETTINGS, stateAt(6));
    await writeFile(join(folder, "step-000009.safetensors"), "left by another crash");
    await saveCheckpoint(folder, SETTINGS, stateAt(12));
    expect((await readdir(folder)).sort()).toEqual(["manifest.json", "step-000012.safetensors"]);
  });

  it("leaves files that are not its own alone", async () => {
    await writeFile(join(folder, "notes.txt"), "mine");
    await saveCheckpoint(folder, SETTINGS, stateAt(3));
    await saveCheckpoint(folder, SETTINGS, stateAt(6));
    expect(await readFile(join(folder, "notes.txt"), "utf8")).toBe("mine");
  });

  it("is removed with its folder, but not with what others put there", async () => {
    const [own, shared] = [join(folder, "own"), join(folder, "shared")];
    for (const place of [own, shared]) await saveCheckpoint(place, SETTINGS, stateAt(3));
    await writeFile(join(shared, "notes.txt"), "mine");
    await removeCheckpoint(own);
    await removeCheckpoint(shared);
    expect(await readdir(folder)).toEqual(["shared"]);
    expect(await readdir(shared)).toEqual(["notes.txt"]);
  });

  it.each([
    ["another value", { ...SETTINGS, steps: 50 }, "made with steps = 40, and this run has 50"],
    ["a new setting", { ...SETTINGS, seed: 1 }, "made with seed = undefined, and this run has 1"],
    ["a missing setting", { kind: "test", steps: 40, clip: 1 }, "clip = null, and this run has 1"],
    ["other betas", { ...SETTINGS, betas: [0.9, 0.99] }, "betas = [0.9,0.95], and this run has [0.9,0.99]"],
  ])("refuses %s", async (_, settings, problem) => {
    await saveCheckpoint(folder, SETTINGS, stateAt(3));
    await expect(loadCheckpoint(folder, settings)).rejects.toThrow(problem);
    await expect(loadCheckpoint(folder, settings)).rejects.toThrow("or another folder for a new run");
  });

  it.each([
    ["cut short", '{"format": 1, "sett'],
    ["empty", ""],
    ["of another format", '{"format": 2}'],
    ["no object", "null"],
    ["without its parts", '{"format": 1, "settings": {}}'],
  ])("says so when its manifest is %s", async (_, text) => {
    await writeFile(join(folder, "manifest.json"), text);
    await expect(loadCheckpoint(folder, {})).rejects.toThrow(
      /manifest\.json is not a training checkpoint: .*another folder/s,
    );
  });

  it("is not taken for none when its manifest cannot be read", async () => {
    await mkdir(join(folder, "manifest.json"));
    await expect(loadCheckpoint(folder, SETTINGS)).rejects.toThrow("manifest.json cannot be read (EISDIR)");
  });

  it("says so when its tensors are cut short or gone", async () => {
    await saveCheckpoint(folder, SETTINGS, stateAt(3));
    const file = join(folder, "step-000003.safetensors");
    await writeFile(file, (await readFile(file)).subarray(0, 200));
    await expect(loadCheckpoint(folder, SETTINGS)).rejects.toThrow(file);
    await rm(file);
    await expect(loadCheckpoint(folder, SETTINGS)).rejects.toThrow(file);
  });
});
