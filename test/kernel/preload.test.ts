import { describe, expect, it } from "vitest";
import { preloaded } from "../../kernel-lib/kernel/preload";
import { folderWith, LIBRARY } from "./build";
import { only, result } from "./client";
import { useKernel } from "./fixture";

const bench = useKernel({
  "outer.ts": 'import { inner } from "./inner";\nexport const outer = inner + 1;\n',
  "inner.ts": "export const inner = 1;\n",
});

describe("what is in scope before the first cell", () => {
  it("is the library, with its documentation, and the functions of the kernel", async () => {
    const inspect = async (code: string) =>
      (await bench.kernel.ask("inspect_request", { code, cursor_pos: code.length, detail_level: 0 })).reply
        .data;
    expect((await inspect("evaluate"))["text/plain"]).toContain("Grades a system on a number of questions.");
    expect((await inspect("input"))["text/plain"]).toContain("Asks the reader of the notebook");
    expect(result(await bench.kernel.execute("[typeof input, typeof clearOutput, typeof cellSignal]"))).toBe(
      "[ 'function', 'function', 'function' ]",
    );
    expect(result(await bench.kernel.execute("cellSignal().aborted"))).toBe("false");
  });

  it("may be declared anew, assigned to, and imported again", async () => {
    await bench.kernel.execute("let fail: number | string = 1;");
    await bench.kernel.execute("fail = 2;");
    expect(result(await bench.kernel.execute("fail"))).toBe("2");
    await bench.kernel.execute('import { fail } from "fake-library";');
    expect(result(await bench.kernel.execute("typeof fail"))).toBe("'function'");
    await bench.kernel.execute("class Agent { readonly mine = true; }");
    expect(result(await bench.kernel.execute("new Agent().mine"))).toBe("true");
  });
});

describe("documentation on demand", () => {
  it.each([
    ["parseInt", "Converts a string to an integer."],
    ["Math.max", "Returns the larger of a set of supplied numeric expressions."],
    ["process.cwd", "returns the current working directory"],
  ])("explains %s, whose comment is not read at the start", async (code, words) => {
    const { reply } = await bench.kernel.ask("inspect_request", {
      code,
      cursor_pos: code.length,
      detail_level: 0,
    });
    expect(reply.data["text/plain"]).toContain(words);
    expect(reply.data["text/markdown"]).toContain(words);
  });
});

describe("programs without a builder's books", () => {
  it("run the files behind a file that a cell imports", async () => {
    expect(result(await bench.kernel.execute('import { outer } from "./outer";\nouter'))).toBe("2");
  });

  it("know modules that live in cells", async () => {
    await bench.kernel.execute("/** @module shapes */\nexport const corners = (n: number) => 2 * n;");
    const exchange = await bench.kernel.execute('import { corners } from "./shapes";\ncorners(4)');
    expect(only(exchange, "execute_result").data["text/plain"]).toBe("8");
  });
});

describe("preloaded", () => {
  const folder = folderWith({
    ...LIBRARY,
    "dist/index.js": `globalThis.timesRead = (globalThis.timesRead ?? 0) + 1;
if (globalThis.timesRead === 1) throw new Error("half read");
exports.evaluate = () => "ours";
exports.input = () => "the library's";`,
  });
  const entry = `${folder}/dist/index.js`;
  const library = { name: "fake-library", version: "1.2.3", folder, entry, types: "" };
  const timesRead = () => (globalThis as { timesRead?: number }).timesRead;

  it("reads the library when the first of its values is asked for, again if that failed, and then never more", () => {
    const { values } = preloaded(library, ["evaluate", "input"], () => undefined);
    const cells = Object.create(values) as { evaluate(): string; input(): string };
    expect(timesRead()).toBeUndefined();
    expect(() => cells.evaluate).toThrow("half read");
    expect([cells.evaluate(), cells.input(), timesRead()]).toEqual(["ours", "the library's", 2]);
    cells.evaluate = () => "mine";
    expect([cells.evaluate(), preloadedAgain()]).toEqual(["mine", "ours"]);
  });

  const preloadedAgain = () =>
    (
      Object.create(preloaded(library, ["evaluate"], () => undefined).values) as { evaluate(): string }
    ).evaluate();

  it("declares the own functions that the library has no name for", () => {
    const { declarations } = preloaded(library, ["evaluate", "input"], () => undefined);
    expect(declarations).toContain('import { evaluate, input } from "fake-library";');
    expect(declarations).not.toContain("declare function input");
    expect(declarations).toContain("declare function clearOutput");
  });
});
