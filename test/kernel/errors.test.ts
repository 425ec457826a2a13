import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { only, result } from "./client";
import { useKernel } from "./fixture";

const bench = useKernel({
  "deep/broken.ts": [
    "interface Shape { sides: number }",
    "",
    "export function explode(shape: Shape): never {",
    '  throw new Error("no " + shape.sides);',
    "}",
  ].join("\n"),
});

describe("errors", () => {
  it("names the error, and the line of TypeScript it came from", async () => {
    const code = [
      "interface Point { x: number; y: number }",
      "",
      "const far = (p: Point): number => {",
      "  const size: number = p.x + p.y;",
      '  throw new RangeError("too far: " + size);',
      "};",
      "await Promise.resolve();",
      "far({ x: 1, y: 2 });",
    ].join("\n");
    const exchange = await bench.kernel.execute(code);
    const error = only(exchange, "error");
    expect(error).toMatchObject({ ename: "RangeError", evalue: "too far: 3" });
    expect(exchange.reply).toMatchObject({ status: "error", ename: "RangeError", evalue: "too far: 3" });
    expect(exchange.reply.traceback).toEqual(error.traceback);
    const lines = error.traceback.join("\n").split("\n").map(stripVTControlCharacters);
    const cell = `cell ${exchange.reply.execution_count}`;
    expect(lines[0]).toBe("RangeError: too far: 3");
    expect(lines[1]).toBe(`${cell}, line 5`);
    expect(lines).toContain('> 5 |   throw new RangeError("too far: " + size);');
    expect(lines.filter((line: string) => /^\s+at /.test(line)).map((line: string) => line.trim())).toEqual([
      `at far (${cell}:5:9)`,
      `at ${cell}:8:1`,
    ]);
  });

  it("keeps line numbers of functions that older cells defined", async () => {
    const { reply } = await bench.kernel.execute(
      "type Unused = string;\nfunction older() {\n  return fail();\n}",
    );
    const failed = await bench.kernel.execute("\n\nolder();");
    const text = stripVTControlCharacters(failed.reply.traceback.join("\n"));
    expect(text).toContain(`at older (cell ${reply.execution_count}:3:10)`);
    expect(text).toContain(`at cell ${failed.reply.execution_count}:3:1`);
    expect(text).not.toContain("node:vm");
  });

  it("keeps line numbers of local files", async () => {
    const { reply } = await bench.kernel.execute(
      'import { explode } from "./deep/broken";\nexplode({ sides: 3 });',
    );
    expect(stripVTControlCharacters(reply.traceback.join("\n"))).toContain("at explode (deep/broken.ts:4:9)");
  });

  it("reports what the compiler rejects, and runs nothing of it", async () => {
    const { reply } = await bench.kernel.execute("console.log('ran');\nconst wrong: number = 'text';");
    expect(reply.ename).toBe("TypeScriptError");
    expect(reply.evalue).toBe("line 2, column 7: Type 'string' is not assignable to type 'number'.");
  });

  it("drops the cells that were waiting, and no others", async () => {
    const ids: string[] = [];
    for (const code of ["throw new Error('stop here')", "1", "2"]) {
      ids.push(await bench.kernel.send("execute_request", { code }));
    }
    const [first, ...waiting] = await Promise.all(ids.map((id) => bench.kernel.outcome(id)));
    expect(first!.reply.status).toBe("error");
    expect(waiting.map(({ reply }) => reply.status)).toEqual(["aborted", "aborted"]);
    expect(result(await bench.kernel.execute("3"))).toBe("3");
  });

  it("runs two cells sent right after a failure was seen", async () => {
    const failing = await bench.kernel.send("execute_request", { code: "throw new Error('seen')" });
    await bench.kernel.until(
      () => bench.kernel.published("error").some(({ parent }) => parent.msg_id === failing),
      "the error",
    );
    const ids = [
      await bench.kernel.send("execute_request", { code: "'one'" }),
      await bench.kernel.send("execute_request", { code: "'two'" }),
    ];
    const outcomes = await Promise.all(ids.map((id) => bench.kernel.outcome(id)));
    expect(outcomes.map(result)).toEqual(["'one'", "'two'"]);
  });

  it("goes on after a failure when stop_on_error is off", async () => {
    const failing = await bench.kernel.send("execute_request", { code: "throw 1", stop_on_error: false });
    const next = await bench.kernel.send("execute_request", { code: "'still here'" });
    expect((await bench.kernel.outcome(failing)).reply).toMatchObject({ ename: "Thrown", evalue: "1" });
    expect(result(await bench.kernel.outcome(next))).toBe("'still here'");
  });
});
