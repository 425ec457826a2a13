import { rmSync } from "node:fs";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { startupFiles } from "../../kernel-lib/kernel/startup";
import { folderWith } from "./build";
import { result, written } from "./client";
import { useKernel } from "./fixture";

const home = folderWith({
  ".recursivemas/startup/own.ts": 'const order: string[] = ["own"];\n',
  "work/deep/notebook.ipynb": "",
  "work/.recursivemas/startup/b.ts": "",
  "work/.recursivemas/startup/a.ts": "const a = 1;",
  "work/.recursivemas/startup/types.d.ts": "",
  "work/.recursivemas/startup/notes.md": "",
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const bench = useKernel(
  {
    ".recursivemas/startup/10-first.ts":
      'order.push("first");\ninterface Shape { sides: number }\nconst square: Shape = { sides: 4 };\n',
    ".recursivemas/startup/20-broken.ts":
      'const before = "seen";\nthrow new RangeError("too early");\nconst after = 1;\n',
    ".recursivemas/startup/30-mistyped.ts": 'const wrong: number = "four";\n',
    ".recursivemas/startup/40-last.ts":
      'order.push("last");\nconst later = await Promise.resolve(evaluate);\n',
  },
  { env: { HOME: home, USERPROFILE: home } },
);

describe("startup files of a kernel", () => {
  it("say in the first cell what is wrong with them, and where", async () => {
    const text = stripVTControlCharacters(written(await bench.kernel.execute("1"), "stderr"));
    expect(text).toContain("In .recursivemas/startup/20-broken.ts:\nRangeError: too early");
    expect(text).toContain('> 2 | throw new RangeError("too early");');
    expect(text).toContain("In .recursivemas/startup/30-mistyped.ts:");
    expect(text).toContain('> 1 | const wrong: number = "four";');
    expect(text).not.toContain("40-last");
    expect(written(await bench.kernel.execute("2"), "stderr")).toBe("");
  });

  it("run in order, the person's own before those of the project, also after one that failed", async () => {
    expect(result(await bench.kernel.execute("order"))).toBe("[ 'own', 'first', 'last' ]");
  });

  it("leave their names in scope with their types, and know the library", async () => {
    const code =
      "const other: Shape = { sides: square.sides + 1 };\n[other.sides, (await later(2)).accuracy]";
    expect(result(await bench.kernel.execute(code))).toBe("[ 5, 0.5 ]");
    const { reply } = await bench.kernel.execute("square.corners");
    expect(reply).toMatchObject({ status: "error", ename: "TypeScriptError" });
  });

  it("are not counted as cells", async () => {
    const { reply } = await bench.kernel.ask("history_request", { hist_access_type: "tail", n: 100 });
    expect(reply.history[0][1]).toBe(1);
    expect(reply.history[0][2]).toBe("1");
  });
});

describe("startupFiles", () => {
  const labels = (folder: string, from = home) =>
    startupFiles(folder, { home: from }).map(({ label }) => label);

  it("are the person's own and those of the nearest folder above the notebook that has any", () => {
    const deep = path.join(home, "work", "deep");
    expect(labels(deep)).toEqual([
      "~/.recursivemas/startup/own.ts",
      "../.recursivemas/startup/a.ts",
      "../.recursivemas/startup/b.ts",
    ]);
    expect(startupFiles(deep, { home })[1]!.code).toBe("const a = 1;");
  });

  it("are read once when the notebook lies in the home folder itself", () => {
    expect(labels(home)).toEqual(["~/.recursivemas/startup/own.ts"]);
  });

  it("are those of the project alone for a person who has none", () => {
    const other = path.join(home, "work", "deep");
    expect(labels(path.join(home, "work"), other)).toEqual([
      ".recursivemas/startup/a.ts",
      ".recursivemas/startup/b.ts",
    ]);
  });
});
