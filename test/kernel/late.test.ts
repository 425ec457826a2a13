import { setTimeout as delay } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { written } from "./client";
import { useKernel } from "./fixture";

const bench = useKernel();

describe("what comes after the end of a cell", () => {
  it("puts late output under the cell that wrote it", async () => {
    const early = await bench.kernel.send("execute_request", {
      code: "setTimeout(() => console.log('late'), 600);",
    });
    await bench.kernel.outcome(early);
    const later = await bench.kernel.execute(
      "await new Promise((r) => setTimeout(r, 1000)); console.error('mine');",
    );
    expect(written(later, "stdout")).toBe("");
    expect(written(later, "stderr")).toBe("mine\n");
    expect(written(await bench.kernel.outcome(early), "stdout")).toBe("late\n");
  });

  /** Runs `code`, and while the next cell waits, lets what it left behind happen; returns both stderrs. */
  const leftBehind = async (code: string) => {
    const early = await bench.kernel.send("execute_request", { code });
    const { reply } = await bench.kernel.outcome(early);
    const later = await bench.kernel.send("execute_request", {
      code: "await new Promise((r) => setTimeout(r, 700));",
    });
    const own = async () => stripVTControlCharacters(written(await bench.kernel.outcome(early), "stderr"));
    for (let tries = 0; tries < 200 && (await own()) === ""; tries++) await delay(50);
    return {
      cell: `cell ${reply.execution_count}`,
      own: await own(),
      other: written(await bench.kernel.outcome(later), "stderr"),
    };
  };

  it("shows a promise that nobody awaits and that fails under the cell that made it", async () => {
    const { cell, own, other } = await leftBehind(
      [
        "interface Unused { a: number }",
        "async function forgotten(): Promise<void> {",
        "  await new Promise((r) => setTimeout(r, 300));",
        "  throw new RangeError('nobody waits');",
        "}",
        "void forgotten();",
      ].join("\n"),
    );
    expect(own).toContain("RangeError: nobody waits");
    expect(own).toContain(`${cell}, line 4`);
    expect(own).toContain(`at forgotten (${cell}:4:9)`);
    expect(other).toBe("");
  });

  it("shows an error thrown in a timer under the cell that set it", async () => {
    const { cell, own, other } = await leftBehind(
      "type Unused = string;\nsetTimeout(() => {\n  throw new TypeError('out of time');\n}, 300);",
    );
    expect(own).toContain("TypeError: out of time");
    expect(own).toContain(`${cell}, line 3`);
    expect(other).toBe("");
  });

  it("shows a rejection with something that is no error", async () => {
    const { own, other } = await leftBehind("setTimeout(() => { void Promise.reject('a word'); }, 300);");
    expect(own).toContain("'a word'");
    expect(other).toBe("");
  });

  it("leaves the session alive", async () => {
    expect((await bench.kernel.execute("'alive'")).reply.status).toBe("ok");
  });
});
