import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { register } from "../../kernel-lib/cli/bench";
import { CliError } from "../../kernel-lib/cli/failure";
import { ready } from "../../kernel-lib/engine/backend";

let log: MockInstance<typeof console.log>;
beforeEach(() => {
  log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  // the process that measures runs the sources as well
  vi.stubEnv("NODE_OPTIONS", `-r ${join(__dirname, "../support/requireTypeScript.cjs")}`);
});
afterEach(() => {
  log.mockRestore();
  vi.unstubAllEnvs();
});

async function bench(...args: string[]): Promise<string> {
  const program = new Command().exitOverride();
  register(program, []);
  await program.parseAsync(["node", "recursivemas", "bench", ...args]);
  return log.mock.calls.map(([text]) => String(text)).join("\n");
}

describe("recursivemas bench --full-size", () => {
  it("prints how long loading took, how fast it is, and the peak of memory against the weights", async () => {
    const text = await bench("--full-size", "tiny");
    const { name: backend } = await ready();
    expect(text).toContain(`float32 on ${backend}`);
    expect(text).toMatch(/ load +\d+\.\d s\n/);
    expect(text).toMatch(/ tokens per second +\d+\.\d\d\n/);
    expect(text).toMatch(/ latent steps per s +\d+\.\d\d\n/);
    expect(text).toMatch(/ peak memory +\d\.\d\d GB, \d+\.\d\d of the weights' 0\.00 GB/);
    expect(text).toMatch(/recursivemas \d.* · seed 0 · config [0-9a-f]{12} · .* · Node \d.* · tfjs 4\./);
  });

  it("prints one JSON object on request", async () => {
    const text = await bench("--full-size", "tiny", "--json");
    expect(text).not.toContain("\n");
    expect(JSON.parse(text)).toMatchObject({
      name: "full-size",
      model: "tiny",
      backend: (await ready()).name,
      parameters: 30_432,
      memoryRatio: expect.any(Number),
      provenance: { seed: 0, config: { newTokens: 16, latentSteps: 16, hf: { hidden_size: 32 } } },
    });
  });

  it("names the models there are when another is asked for", async () => {
    const work = bench("--full-size", "enormous");
    await expect(work).rejects.toThrow(
      'there is no full-size model "enormous". Try one of Qwen3-0.6B, tiny.',
    );
    await expect(work).rejects.toBeInstanceOf(CliError);
  });
});
