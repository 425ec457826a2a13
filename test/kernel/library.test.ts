import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { result } from "./client";
import { useKernel } from "./fixture";

const bench = useKernel({
  "local.ts": "export const answer: number = 42;\n",
  "user.ts": `import { evaluate, type Score } from "fake-library";\nexport const score = (): Promise<Score> => evaluate(4);\n`,
});

describe("the library and local files", () => {
  it("has values and types in scope with no import", async () => {
    const code =
      'const role: Role = "planner";\nconst seen: Score = await evaluate(2);\n[role, seen.accuracy]';
    expect(result(await bench.kernel.execute(code))).toBe("[ 'planner', 0.5 ]");
    expect((await bench.kernel.execute("const bad: Role = 'cook';")).reply.ename).toBe("TypeScriptError");
  });

  it("lets a cell declare a name of the library anew", async () => {
    expect(result(await bench.kernel.execute("const count = 3;\ncount * 2"))).toBe("6");
    expect(result(await bench.kernel.execute("count + 1"))).toBe("4");
    await bench.kernel.execute('import { count } from "fake-library";');
    expect(result(await bench.kernel.execute("typeof count"))).toBe("'function'");
  });

  it("knows variables of earlier cells in shorthand properties, read and assigned", async () => {
    await bench.kernel.execute("const planner = 1; let critic = 2;");
    expect(result(await bench.kernel.execute("({ planner, critic })"))).toBe("{ planner: 1, critic: 2 }");
    await bench.kernel.execute("({ critic } = { critic: 5 });");
    await bench.kernel.execute("({ critic = 7 } = {} as { critic?: number });");
    expect(
      result(
        await bench.kernel.execute("const pair = (planner: string) => ({ planner, critic });\npair('p')"),
      ),
    ).toBe("{ planner: 'p', critic: 7 }");
  });

  it("awaits a parenthesis at the top of a cell, and only there", async () => {
    expect(result(await bench.kernel.execute("const five = await (async () => 5)();\nfive"))).toBe("5");
    expect(result(await bench.kernel.execute("const later = async () => await (6);\ntypeof later"))).toBe(
      "'function'",
    );
  });

  it("imports files beside the notebook, and reads them again when they change", async () => {
    const code = 'import { answer } from "./local";\nanswer';
    expect(result(await bench.kernel.execute(code))).toBe("42");
    writeFileSync(path.join(bench.folder, "local.ts"), "export const answer: string = 'forty-three';\n");
    expect(result(await bench.kernel.execute(code))).toBe("'forty-three'");
  });

  it("finds the library from local files too", async () => {
    expect(
      result(await bench.kernel.execute('import { score } from "./user";\n(await score()).accuracy')),
    ).toBe("0.25");
  });

  it("knows Node's own modules and globals", async () => {
    expect(
      result(await bench.kernel.execute('import * as os from "node:os";\ntypeof os.cpus().length')),
    ).toBe("'number'");
    expect(result(await bench.kernel.execute("[1, 2, 3].findLast((x) => x < 3)"))).toBe("2");
  });
});
