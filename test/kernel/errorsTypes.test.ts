import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { result } from "./client";
import { useKernel } from "./fixture";

const bench = useKernel({
  "wrong.ts": "export const one: number = 1;\n\nexport const two: number = 'two';\n",
});

async function complaint(code: string): Promise<string[]> {
  const { reply } = await bench.kernel.execute(code);
  expect(reply).toMatchObject({ status: "error", ename: "TypeScriptError" });
  return stripVTControlCharacters(reply.traceback.join("\n")).split("\n");
}

const hint = async (code: string) => (await complaint(code)).filter((line) => line.startsWith("hint: "));

describe("what the compiler rejects comes with a hint", () => {
  it.each([
    [
      "a member of a promise",
      "evaluate(2).accuracy",
      "the value arrives later: write (await evaluate(2)).accuracy",
    ],
    [
      "a promise for a value",
      "const a: number = Promise.resolve(1);",
      "the value arrives later: write await before what makes it",
    ],
    [
      "a promise in a sum",
      "const b = 1 + Promise.resolve(1);",
      "the value arrives later: write await before what makes it",
    ],
    [
      "a promise as an argument",
      "Math.sqrt(Promise.resolve(4));",
      "the value arrives later: write await before what makes it",
    ],
    [
      "a loop over a promise",
      "for (const x of Promise.resolve([1])) x;",
      "the value arrives later: write await before what makes it",
    ],
    ["a name like one of the library", "evaluateEverything(2)", "did you mean evaluate?"],
    ["a name nobody declared", "zzyzx", "run the cell that declares it first"],
    [
      "a habit of another language",
      "print(1)",
      "write console.log(…), or the value as the last expression of the cell",
    ],
    [
      "an unknown option",
      "type O = { rounds?: number; seed?: number };\nconst o: O = { round: 1, sede: 2 };",
      "the options are rounds, seed",
    ],
    ["a missing argument", "evaluate()", "it is called as evaluate(questions: number): Promise<Score>"],
    ["a word where another is wanted", "new Agent('cook')", 'the choices are "planner", "solver"'],
    ["a word in a declaration", "const role: Role = 'cook';", 'the choices are "planner", "solver"'],
    [
      "a word in an option",
      "const wish: { role: Role } = { role: 'cook' };",
      'the choices are "planner", "solver"',
    ],
    ["an unknown member", "new Agent('planner').salary", "it has role"],
    [
      "an uninstalled package",
      'import { x } from "no-such-package/sub";',
      "run npm install no-such-package in the notebook's folder",
    ],
    [
      "a missing file",
      'import { x } from "./nowhere";',
      "paths begin at the notebook's folder, as in ./helpers for helpers.ts",
    ],
    [
      "a name declared twice",
      "const dup = 1;\nconst dup = 2;",
      'a cell declares "dup" once; a later cell may declare it anew',
    ],
    [
      "a constant that is assigned",
      "const fixed = 1;\nfixed = 2;",
      "declare it with let, or anew: const fixed = …",
    ],
    [
      "await in a plain function",
      "function plain() { await null; }",
      "only the cell itself and functions marked async may await: write async before the function",
    ],
    ["a type used as a value", "console.log(Role)", '"Role" is a type and has no value when the cell runs'],
  ])("%s", async (_what, code, expected) => {
    expect((await hint(code))[0]).toBe(`hint: ${expected}`);
  });

  it("with the line, the column and the whole of what it is about marked", async () => {
    const lines = await complaint("const fine = 1;\nconst wrong: number = 'text';\n");
    expect(lines.slice(0, 5)).toEqual([
      "TypeScriptError: line 2, column 7: Type 'string' is not assignable to type 'number'.",
      expect.stringMatching(/^cell \d+, line 2$/),
      "  1 | const fine = 1;",
      "> 2 | const wrong: number = 'text';",
      "    |       ^^^^^",
    ]);
  });

  it("with the reasons behind a general complaint below it", async () => {
    const lines = await complaint(
      "const given = { a: { b: '' } };\nconst shape: { a: { b: number } } = given;",
    );
    expect(lines[0]).toContain("Type '{ a: { b: string; }; }' is not assignable to type");
    expect(lines[1]).toBe("  The types of 'a.b' are incompatible between these types.");
    expect(lines[2]).toBe("    Type 'string' is not assignable to type 'number'.");
  });

  it("in a local file at its own line, with its text", async () => {
    const lines = await complaint('import { two } from "./wrong";\ntwo');
    expect(lines[0]).toBe(
      "TypeScriptError: wrong.ts, line 3, column 14: Type 'string' is not assignable to type 'number'.",
    );
    expect(lines).toContain("> 3 | export const two: number = 'two';");
  });

  it("for ten places at most", async () => {
    const lines = await complaint(
      Array.from({ length: 14 }, (_, i) => `const n${i}: number = 'x';`).join("\n"),
    );
    expect(lines.filter((line) => line.startsWith("TypeScriptError"))).toHaveLength(10);
    expect(lines.at(-1)).toBe("… 4 more");
  });

  it("for syntax too, at its place", async () => {
    const { reply } = await bench.kernel.execute("const a = 1;\nconst b = [1, 2;");
    expect(reply.evalue).toMatch(/^line 2, column 16: /);
    expect(result(await bench.kernel.execute("1 + 1"))).toBe("2");
  });
});
