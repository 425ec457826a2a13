import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { CliError } from "../../kernel-lib/cli/failure";
import { register } from "../../kernel-lib/cli/pretrain";

let folder: string;
let log: MockInstance<typeof console.log>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pretrain-"));
  log = vi.spyOn(console, "log").mockImplementation(() => undefined);
});
afterEach(async () => {
  log.mockRestore();
  await rm(folder, { recursive: true });
});

async function pretrain(...args: string[]): Promise<void> {
  const program = new Command().exitOverride();
  register(program);
  const places = ["--out", join(folder, "out"), "--runs", join(folder, "runs")];
  await program.parseAsync(["node", "recursivemas", "pretrain", ...places, ...args]);
}

describe("recursivemas pretrain", () => {
  it("writes an agent with the record of its making, and leaves no run to be continued", async () => {
    await pretrain("--role", "critic", "--steps", "1");
    const record = JSON.parse(
      await readFile(join(folder, "out", "small", "sequential", "critic", "training.json"), "utf8"),
    );
    expect(record.losses).toHaveLength(1);
    expect(record.settings).toMatchObject({ agent: "critic", steps: 1 });
    expect(await readdir(join(folder, "runs", "small", "sequential"))).toEqual([]);
  });

  it.each(["0", "-1", "1.5", "many"])("refuses --steps %s before it begins", async (steps) => {
    const work = pretrain(`--steps=${steps}`);
    await expect(work).rejects.toThrow(
      new CliError(`--steps is "${steps}"; it must be a whole number of at least 1. Try --steps 10.`),
    );
    expect(await readdir(folder)).toEqual([]);
  });

  it("says which roles there are when another is named", async () => {
    await expect(pretrain("--role", "judge")).rejects.toThrow(
      'There is no role "judge" in small/sequential; there are planner, critic, solver. Try --role ',
    );
  });

  it("makes the agents of the other sets, and says which sets there are", async () => {
    await pretrain("--cast", "small/deliberation", "--role", "toolcaller", "--steps", "1");
    const file = join(folder, "out", "small", "deliberation", "toolcaller", "training.json");
    const record = JSON.parse(await readFile(file, "utf8"));
    expect(record.settings).toMatchObject({ agent: "toolcaller", skill: "call Python", steps: 1 });
    expect(Object.keys(record.heldOutAccuracy)).toContain("results, 1 word");
    await expect(pretrain("--cast", "small/mixtur")).rejects.toThrow(
      'There is no set "small/mixtur"; there are small/sequential, small/sequential-scaled, small/mixture, ' +
        "small/distillation, small/deliberation. Try --cast small/mixture.",
    );
  });
});
