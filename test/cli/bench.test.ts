import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { register } from "../../kernel-lib/cli/bench";
import { CliError } from "../../kernel-lib/cli/failure";
import { ready } from "../../kernel-lib/engine/backend";
import type { Benchmark } from "../../kernel-lib/experiment/bench";

/** A benchmark with known times that notes how often it was asked to repeat. */
const known = (name: string, asked: number[] = []): Benchmark => ({
  name,
  description: `what ${name} compares`,
  async run({ repeat }) {
    asked.push(repeat);
    const [ours, theirs] = [
      { label: "ours", ms: 20, samples: [20] },
      { label: "theirs", ms: 90, samples: [90] },
    ];
    return { timings: [ours!, theirs!], ratio: 4.5, config: { width: 3 } };
  },
});

let log: MockInstance<typeof console.log>;
beforeEach(() => {
  log = vi.spyOn(console, "log").mockImplementation(() => undefined);
});
afterEach(() => log.mockRestore());

/** What the command prints, call by call. */
async function bench(args: string[], benchmarks: Benchmark[]): Promise<string[]> {
  const program = new Command().exitOverride();
  register(program, benchmarks);
  await program.parseAsync(["node", "recursivemas", "bench", ...args]);
  return log.mock.calls.map(([text]) => String(text));
}

describe("recursivemas bench", () => {
  it("prints each benchmark with its times, ratio, backend and how it was made", async () => {
    const [first, second] = await bench([], [known("alpha"), known("beta")]);
    const { name: backend } = await ready();
    expect(first).toContain(`alpha   ours 20.0 ms   theirs 90.0 ms   ratio 4.50   ${backend}`);
    expect(first).toContain("what alpha compares");
    expect(first).toMatch(
      /recursivemas \d.* · config [0-9a-f]{12} · .* · Node \d.* · \d{4}-\d\d-\d\d · tfjs 4\./,
    );
    expect(second).toContain("beta   ours");
  });

  it("prints one JSON object per line on request", async () => {
    const lines = await bench(["--json", "--repeat", "2"], [known("alpha"), known("beta")]);
    const [first, second] = lines.map((line) => JSON.parse(line));
    expect(lines.join("")).not.toContain("\n");
    expect(first).toMatchObject({
      name: "alpha",
      ms: { ours: 20, theirs: 90 },
      ratio: 4.5,
      backend: (await ready()).name,
      samples: { ours: [20], theirs: [90] },
      provenance: { config: { width: 3, repeat: 2 }, tfjs: "4.22.0" },
    });
    expect(second.name).toBe("beta");
  });

  it("runs only the one that is named, as often as is asked", async () => {
    const [skipped, run]: [number[], number[]] = [[], []];
    await bench(["--only", "beta", "--repeat", "7"], [known("alpha", skipped), known("beta", run)]);
    expect([skipped, run]).toEqual([[], [7]]);
  });

  it("repeats five times unless told otherwise", async () => {
    const run: number[] = [];
    await bench([], [known("alpha", run)]);
    expect(run).toEqual([5]);
  });

  it("says which benchmarks there are when another is named", async () => {
    const work = bench(["--only", "gamma"], [known("alpha"), known("beta")]);
    await expect(work).rejects.toThrow('There is no benchmark "gamma"; there are alpha, beta. Try --only');
    await expect(work).rejects.toBeInstanceOf(CliError);
  });

  it.each(["0", "-1", "1.5", "many"])("refuses --repeat %s", async (repeat) => {
    await expect(bench([`--repeat=${repeat}`], [known("alpha")])).rejects.toThrow(
      `--repeat is "${repeat}"; it must be a whole number of at least 1. Try --repeat 10.`,
    );
  });
});
