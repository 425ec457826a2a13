import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { Exchange } from "./client";
import { result } from "./client";
import { useKernel } from "./fixture";

const bench = useKernel({
  "late.ts": [
    "export class Later {",
    "  constructor(readonly name: string) {}",
    "",
    "  async run(): Promise<never> {",
    "    for (const wait of [1, 2]) await new Promise((r) => setTimeout(r, wait));",
    "    throw new TypeError(this.name + ' came late');",
    "  }",
    "}",
  ].join("\n"),
});

const lines = ({ reply }: Exchange): string[] =>
  stripVTControlCharacters(reply.traceback.join("\n")).split("\n");

/** The number of the line that the excerpt marks. */
const marked = (exchange: Exchange) =>
  Number(/^> +(\d+) \|/.exec(lines(exchange).find((l) => l.startsWith(">")) ?? "")?.[1]);

describe("the traceback names the line of TypeScript", () => {
  it.each([
    [
      "behind types that leave no trace",
      4,
      "type A = { a: number };\ninterface B { b: A }\n\nthrow new Error('x');",
    ],
    [
      "in a loop",
      3,
      "for (const n of [1, 2]) {\n  const twice = n * 2;\n  if (twice === 4) throw new Error('x');\n}",
    ],
    ["in a loop without braces", 2, "for (let i = 0; ; i++)\n  if (i > 2) throw new Error('x');"],
    ["after an await", 3, "await null;\nconst x: string = 'x';\nthrow new Error(x);"],
    ["in the callback of a promise", 2, "await Promise.resolve().then(() => {\n  throw new Error('x');\n});"],
    [
      "in the last expression",
      3,
      "const late = async () => {\n  await null;\n  throw new Error('x');\n};\nlate()",
    ],
    [
      "in a method with decorated types",
      3,
      "class Box<T extends object> {\n  get(this: Box<T>): T {\n    return (undefined as unknown as { a: T }).a;\n  }\n}\nnew Box().get();",
    ],
    [
      "in an enum's neighbour",
      3,
      "enum Color { Red, Green }\nconst c: Color = Color.Red;\nif (c === Color.Red) throw new Error('x');",
    ],
  ])("%s", async (_where, line, code) => {
    expect(marked(await bench.kernel.execute(code))).toBe(line);
  });

  it("of a local file, with its text", async () => {
    const exchange = await bench.kernel.execute(
      'import { Later } from "./late";\nawait new Later("it").run();',
    );
    expect(exchange.reply).toMatchObject({ ename: "TypeError", evalue: "it came late" });
    expect(lines(exchange)).toContain("late.ts, line 6");
    expect(lines(exchange)).toContain("> 6 |     throw new TypeError(this.name + ' came late');");
  });

  it("of a timer that outlived its cell", async () => {
    const { reply } = await bench.kernel.execute(
      "\nsetTimeout(() => {\n  throw new Error('far away');\n}, 5);\n0",
    );
    const text = () =>
      stripVTControlCharacters(
        bench.kernel
          .published("stream")
          .map(({ content }) => content.text)
          .join(""),
      );
    await bench.kernel.until(() => text().includes("far away"), "the complaint");
    expect(text()).toContain(`cell ${reply.execution_count}, line 3`);
  });
});

describe("whatever is thrown is described", () => {
  it.each([
    ["undefined", "throw undefined", "Thrown", "undefined"],
    ["text", "throw 'words'", "Thrown", "'words'"],
    ["an object", "throw { code: 7 }", "Thrown", "{ code: 7 }"],
    ["an error without a message", "throw new RangeError()", "RangeError", ""],
    ["an error without a name", "throw Object.assign(new Error('m'), { name: '' })", "Error", "m"],
    [
      "an error with odd parts",
      "throw Object.assign(new Error(), { message: 5, stack: 6, cause: null })",
      "Error",
      "5",
    ],
    [
      "an error whose getters throw",
      "class Sly extends Error { get message(): string { throw new Error('no'); } get name(): string { throw 1; } get stack(): string { throw 2; } get cause(): unknown { throw 3; } }\nthrow new Sly();",
      "Error",
      "",
    ],
    [
      "what cannot be shown",
      "throw new Proxy({}, { get() { throw new Error('no'); }, getPrototypeOf() { throw new Error('no'); } })",
      "Thrown",
      expect.any(String),
    ],
  ])("%s", async (_what, code, ename, evalue) => {
    expect((await bench.kernel.execute(code)).reply).toMatchObject({ status: "error", ename, evalue });
    expect(result(await bench.kernel.execute("'alive'"))).toBe("'alive'");
  });

  it("with the causes behind it, each on its line", async () => {
    const exchange = await bench.kernel.execute(
      "try {\n  try {\n    throw new Error('deep');\n  } catch (cause) {\n    throw new Error('middle', { cause });\n  }\n} catch (cause) {\n  throw new Error('top', { cause });\n}",
    );
    const text = lines(exchange);
    expect(text.filter((line) => /^(Error: |caused by)/.test(line))).toEqual([
      "Error: top",
      "caused by",
      "Error: middle",
      "caused by",
      "Error: deep",
    ]);
    expect(text.filter((line) => line.startsWith("> ")).map((line) => line.slice(2, 3))).toEqual([
      "8",
      "5",
      "3",
    ]);
  });

  it("with all errors of an AggregateError", async () => {
    const exchange = await bench.kernel.execute(
      "await Promise.any([\n  Promise.reject(new Error('one')),\n  Promise.reject('two'),\n]);",
    );
    expect(exchange.reply.ename).toBe("AggregateError");
    const text = lines(exchange);
    expect(text).toContain("error 1 of 2");
    expect(text).toContain("Error: one");
    expect(text.slice(text.indexOf("error 2 of 2"))).toEqual(["error 2 of 2", "'two'"]);
  });

  it("once, when it is its own cause", async () => {
    const exchange = await bench.kernel.execute(
      "const ring = new Error('ring');\nring.cause = ring;\nthrow ring;",
    );
    expect(lines(exchange).at(-1)).toBe("caused by an error above");
  });

  it("with one line for the thousand frames of a stack overflow", async () => {
    const exchange = await bench.kernel.execute(
      "const down = (n: number): number => down(n + 1) + 1;\ndown(0);",
    );
    expect(exchange.reply.ename).toBe("RangeError");
    expect(lines(exchange).filter((line) => line.includes("at down"))).toHaveLength(1);
    expect(lines(exchange).some((line) => /… \d+ more of the same/.test(line))).toBe(true);
  });

  it("with both ends of a message of a million characters", async () => {
    const { reply } = await bench.kernel.execute("throw new Error('begin' + 'x'.repeat(1e6) + 'end');");
    expect(reply.evalue.length).toBeLessThan(5000);
    expect(reply.evalue.startsWith("begin")).toBe(true);
    expect(reply.evalue.endsWith("end")).toBe(true);
  });

  it("with a line that is longer than any screen cut around the place", async () => {
    const exchange = await bench.kernel.execute(
      `const long = "${"y".repeat(5000)}"; throw new Error('here');`,
    );
    const line = lines(exchange).find((one) => one.startsWith("> "))!;
    expect(line.length).toBeLessThan(200);
    expect(line).toContain("throw new Error('here')");
  });
});

it("names that begin with two underscores live on in later cells", async () => {
  await bench.kernel.execute(
    "const __hidden = 4; let ___three = 5; function __twice(n: number) { return 2 * n; }",
  );
  expect(result(await bench.kernel.execute("[__hidden, ___three, __twice(__hidden)]"))).toBe("[ 4, 5, 8 ]");
});

describe("lastError", () => {
  it("gives back what the newest cell that failed has thrown", async () => {
    await bench.kernel.execute("throw new RangeError('the one')");
    expect(result(await bench.kernel.execute("[lastError().name, lastError().message]"))).toBe(
      "[ 'RangeError', 'the one' ]",
    );
  });

  it("keeps what a loop of the library had finished, and the traceback says so", async () => {
    const exchange = await bench.kernel.execute(
      "throw Object.assign(new Error('stopped after 2 of 9'), { name: 'AbortedError', partial: { right: 2 } })",
    );
    expect(lines(exchange)[0]).toBe("AbortedError: stopped after 2 of 9");
    expect(lines(exchange).at(-1)).toBe("what was finished is kept: lastError().partial");
    expect(result(await bench.kernel.execute("lastError().partial"))).toBe("{ right: 2 }");
  });
});
