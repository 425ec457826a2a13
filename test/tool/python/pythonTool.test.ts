import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AbortedError } from "../../../kernel-lib/engine/control";
import { pythonTool } from "../../../kernel-lib/tool/python/pythonTool";
import type { Tool } from "../../../kernel-lib/tool/tool";

let python: Tool;
beforeAll(async () => {
  python = pythonTool({ timeout: 20, wheels: join(__dirname, "no-wheels") });
  await python.run("");
}, 120_000);
afterAll(() => python.dispose!());

describe("a Python program", () => {
  it.each([
    ["print(math.comb(52, 5))", "2598960"],
    ["print(fractions.Fraction(1, 3) + fractions.Fraction(1, 6))", "1/2"],
    ["print(statistics.median([3, 1, 2]), functools.reduce(lambda a, b: a * b, range(1, 6)))", "2 120"],
    ["print(list(itertools.permutations('ab')))", "[('a', 'b'), ('b', 'a')]"],
    ["import json, re, decimal, datetime\nprint(json.dumps({'a': [1, None]}))", '{"a": [1, null]}'],
    ["print(sum(p for p in range(2, 100) if all(p % d for d in range(2, p))))", "1060"],
    ["print('Grüße, 世界 🌍')", "Grüße, 世界 🌍"],
    ["print(2 ** 100)", "1267650600228229401496703205376"],
    ["class A:\n  def f(self): return __name__\nprint(A().f())", "__main__"],
    ["import dataclasses\n@dataclasses.dataclass\nclass P:\n  x: int = 3\nprint(P())", "P(x=3)"],
    ["if __name__ == '__main__':\n  print('main')", "main"],
    ["open('/tmp/a', 'w').write('kept')\nprint(open('/tmp/a').read())", "kept"],
    ["import atexit\natexit.register(print, 'at the end')\nprint('first')", "first\nat the end"],
    ["x = 5", "[no output]"],
    ["raise SystemExit", "[no output]"],
  ])("%s", async (code, text) => {
    expect(await python.run(code)).toEqual({ text, failed: false });
  });

  it("that fails shows what it printed, where it failed, and its exit code", async () => {
    expect(await python.run("print('before')\ndef f(x):\n  return 1 / x\nf(0)")).toEqual({
      text:
        'before\n[stderr]\nTraceback (most recent call last):\n  File "<program>", line 4, in <module>\n    f(0)\n' +
        '    ~^^^\n  File "<program>", line 3, in f\n    return 1 / x\n           ~~^~~\n' +
        "ZeroDivisionError: division by zero\n[exit_code] 1",
      failed: true,
    });
  });

  it("that writes to standard error and ends well has not failed", async () => {
    expect(await python.run("import sys\nprint('careful', file=sys.stderr)\nprint(1)")).toEqual({
      text: "1\n[stderr]\ncareful",
      failed: false,
    });
  });

  it("that exits with a number has that exit code", async () => {
    expect(await python.run("import sys\nsys.exit(3)")).toEqual({ text: "[exit_code] 3", failed: true });
  });

  it("draws the same random numbers each time", async () => {
    const draw = "import random\nprint(random.random())";
    expect(await python.run(draw)).toEqual(await python.run(draw));
  });

  it("is ended when it is stopped, and the next runs", async () => {
    const stop = new AbortController();
    const running = python.run("while True: pass", { signal: stop.signal });
    setTimeout(() => stop.abort(), 50);
    await expect(running).rejects.toBeInstanceOf(AbortedError);
    await expect(python.run("1", { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(AbortedError);
    expect((await python.run("print(1)")).text).toBe("1");
  });

  it("runs beside others, each in its own interpreter", async () => {
    const runs = [1, 2, 3, 4].map((n) => python.run(`x = ${n}\nprint(x * sum(range(1000)))`));
    expect((await Promise.all(runs)).map(({ text }) => text)).toEqual([
      "499500",
      "999000",
      "1498500",
      "1998000",
    ]);
  });

  it("runs again after the tool was disposed of", async () => {
    await python.dispose!();
    expect((await python.run("print(2)")).text).toBe("2");
  });
});

it("interpreters that are ready do not keep a process alive", async () => {
  const script = `
    const { pythonTool } = require(${JSON.stringify(join(__dirname, "../../../kernel-lib/tool/python/pythonTool.ts"))});
    pythonTool().run("print(6 * 7)").then(({ text }) => console.log(text));`;
  const loader = join(__dirname, "../../support/requireTypeScript.cjs");
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["-r", loader, "-e", script], {
    timeout: 55_000,
  });
  expect([stdout, stderr]).toEqual(["42\n", ""]);
});
