import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { loadAgent } from "../../../kernel-lib/agent/loadAgents";
import { AbortedError } from "../../../kernel-lib/engine/control";
import { FULL_SIZE_MODELS, measureFullSize } from "../../../kernel-lib/experiment/fullSize";
import { makeCheckpoint } from "../../../kernel-lib/experiment/fullSize/make";
import { parseConfig } from "../../../kernel-lib/model/huggingface";
import { parameterCount } from "../../../kernel-lib/model/parameters";

const [FULL, TINY] = [FULL_SIZE_MODELS[0]!, FULL_SIZE_MODELS.find(({ name }) => name === "tiny")!];
const REQUIRE = `-r ${join(__dirname, "../../support/requireTypeScript.cjs")}`;

let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), "full-size-"));
  // the process that measures runs the sources as well
  vi.stubEnv("NODE_OPTIONS", REQUIRE);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(temporary, { recursive: true });
});

describe("a made-up checkpoint", () => {
  it("loads as one from the hub would: several files, a tokenizer of bytes, both end tokens", async () => {
    await makeCheckpoint(temporary, TINY);
    const files = (await readdir(temporary)).filter((name) => name.endsWith(".safetensors"));
    expect(files.length).toBeGreaterThan(1);
    const agent = await loadAgent(temporary, { prompts: { recurring: "" } });
    expect(agent.model.config).toMatchObject({ family: "qwen3", hiddenSize: 32, layers: 2, ropeTheta: 1e6 });
    expect(agent.stopIds).toEqual([258, 256]);
    const text = "naïve ✓ 数学\n";
    expect(agent.tokenizer.encode(text)).toEqual([...Buffer.from(text)]);
    expect(agent.tokenizer.decode([...Buffer.from(text)])).toBe(text);
    const numbers = [...(await agent.model.weights["model.layers.1.mlp.up_proj.weight"]!.data())];
    const meanSquare = numbers.reduce((sum, x) => sum + x * x, 0) / numbers.length;
    expect(Math.sqrt(meanSquare)).toBeCloseTo(0.02, 3);
    expect(await agent.model.weights["model.norm.weight"]!.data()).toEqual(new Float32Array(32).fill(1));
    agent.dispose();
  });
});

describe("measuring a model of full size", () => {
  it("loads it in a process of its own, has it speak and think, and removes it", async () => {
    const result = await measureFullSize(TINY, { temporary, promptTokens: 5, newTokens: 2, latentSteps: 3 });
    expect(result).toMatchObject({ model: "tiny", parameters: 30_432, bytesFloat32: 4 * 30_432 });
    for (const figure of ["loadSeconds", "promptSeconds", "tokensPerSecond", "latentStepsPerSecond"] as const)
      expect(result[figure], figure).toBeGreaterThan(0);
    expect(result.bytesLoaded).toBeGreaterThanOrEqual(result.bytesBefore);
    expect(result.bytesPeak).toBeGreaterThanOrEqual(result.bytesLoaded);
    expect(result.memoryRatio).toBe(result.bytesPeak / result.bytesFloat32);
    expect(result.config).toEqual({ promptTokens: 5, newTokens: 2, latentSteps: 3, seed: 0, hf: TINY.hf });
    expect(await readdir(temporary)).toEqual([]);
  });

  it("removes the checkpoint when the process fails, and says why it did", async () => {
    vi.stubEnv("RECURSIVEMAS_BACKEND", "abacus");
    await expect(measureFullSize(TINY, { temporary })).rejects.toThrow('RECURSIVEMAS_BACKEND is "abacus"');
    expect(await readdir(temporary)).toEqual([]);
  });

  it("removes the checkpoint when it is stopped", async () => {
    const stopping = new AbortController();
    const measuring = measureFullSize(FULL, { temporary, signal: stopping.signal });
    // the folder is there before the first number is written
    await vi.waitFor(async () => expect(await readdir(temporary)).toHaveLength(1), { timeout: 20_000 });
    stopping.abort();
    await expect(measuring).rejects.toBeInstanceOf(AbortedError);
    expect(await readdir(temporary)).toEqual([]);
  });
});

describe("the models there are", () => {
  it("begin with one of 596 million parameters, the published shape of Qwen3-0.6B", () => {
    expect(parameterCount(parseConfig({ ...FULL.hf }, FULL.name))).toBe(596_049_920);
  });
});
