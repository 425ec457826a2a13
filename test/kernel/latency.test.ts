import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compileWithCache, loadCompiled } from "../../kernel-lib/kernel/compiledCode";
import { blankComments } from "../../kernel-lib/kernel/documentation";
import { lazyTypes } from "../../kernel-lib/kernel/lazyTypes";

describe("blankComments", () => {
  it("leaves every other character where it was", () => {
    const text = "/** One. */\ndeclare const a: 1;\n  /**\n   * Two.\n   */\n  b: 2; // c\n";
    const short = blankComments(text);
    expect(short).toHaveLength(text.length);
    expect(short.trim().split(/\s+/)).toEqual(["declare", "const", "a:", "1;", "b:", "2;", "//", "c"]);
    expect(short.indexOf("b: 2")).toBe(text.indexOf("b: 2"));
  });

  it.each([
    '/// <reference path="x.d.ts" />\n',
    "/* no documentation */ const a: 1;",
    'type Glob = "src/**/x" | "/** no comment */";',
    "/**/ const a: 1;",
    "// see /** there\nconst a: 1; /** */",
    "/** never closed",
  ])("takes nothing from %j", (text) => {
    expect(blankComments(text)).toBe(text);
  });
});

describe("lazyTypes", () => {
  const root = path.join(__dirname, "..", "..");
  const types = "/package/types.d.ts";
  const entry = path.join(root, "package.json");
  const fresh = () => lazyTypes({ name: "", version: "", folder: root, entry, types });
  const part = path.join("@tensorflow", "tfjs-core", "dist", "tensor.d.ts");

  it("gives the library the types of tensors, and the whole once a cell mentions it", () => {
    const lazy = fresh();
    lazy.anticipate("const after = 1; notf; tfx");
    expect(lazy.resolve("@tensorflow/tfjs", types)).toContain(part);
    expect(lazy.isStale(types)).toBe(false);
    lazy.anticipate("tf.ones([2])");
    expect(lazy.isStale(types)).toBe(true);
    expect(lazy.isStale("/notebooks/a.ts")).toBe(false);
    expect(lazy.resolve("@tensorflow/tfjs", types)).toBeUndefined();
    expect(lazy.isStale(types)).toBe(false);
  });

  it("gives cells and files the whole at all times", () => {
    expect(fresh().resolve("@tensorflow/tfjs", "/notebooks/a.ts")).toBeUndefined();
    expect(fresh().resolve("plotly.js", types)).toBeUndefined();
  });

  it.each(['import * as x from "@tensorflow/tfjs-core";', 'import { a } from "./local";', "typeof tf"])(
    "takes %j for a mention",
    (code) => {
      const lazy = fresh();
      lazy.anticipate(code);
      expect(lazy.isStale(types)).toBe(true);
    },
  );
});

describe("loadCompiled", () => {
  let folder: string;
  let file: string;
  let cache: string;
  const kept = () => readdirSync(cache).map((name) => path.join(cache, name));
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "compiled-"));
    file = path.join(folder, "module.js");
    cache = path.join(folder, "cache");
    writeFileSync(
      file,
      "exports.twice = (x) => 2 * x;\nexports.where = [__filename, typeof require('fs').statSync];",
    );
  });
  afterEach(() => {
    delete require.cache[file];
    rmSync(folder, { recursive: true, force: true });
  });
  const load = () => loadCompiled(file, cache) as { exports: { twice(x: number): number }; keep(): void };

  it("loads a module as require does, and keeps its code on request", () => {
    const { exports, keep } = load();
    expect(exports).toMatchObject({ where: [file, "function"] });
    expect(exports.twice(4)).toBe(8);
    expect(existsSync(cache)).toBe(false);
    keep();
    expect(kept()).toHaveLength(1);
  });

  it("takes what was kept, and writes it no second time", () => {
    load().keep();
    const { mtimeMs } = statSync(kept()[0]!);
    const again = load();
    expect(again.exports.twice(5)).toBe(10);
    again.keep();
    expect(kept().map((name) => statSync(name).mtimeMs)).toEqual([mtimeMs]);
  });

  it("does without what V8 refuses, and replaces it", () => {
    const age = new Date("2020-01-01");
    utimesSync(file, age, age);
    load().keep();
    const [name] = kept();
    writeFileSync(name!, "no machine code");
    // another text of the same age and length, as V8 remembers those that this process has compiled
    writeFileSync(file, readFileSync(file, "utf8").replace("2 * x", "3 * x"));
    utimesSync(file, age, age);
    const again = load();
    expect(again.exports.twice(6)).toBe(18);
    again.keep();
    expect(kept()).toEqual([name]);
    expect(statSync(name!).size).toBeGreaterThan(100);
  });

  it("serves plain require as well, for the files it is told", () => {
    const keep = compileWithCache(/[\\/]module\.js$/, cache);
    const other = path.join(folder, "other.js");
    writeFileSync(other, "exports.parent = module.id;");
    const require = createRequire(path.join(folder, "main.js"));
    expect((require(file) as { twice(x: number): number }).twice(8)).toBe(16);
    expect(require(other)).toEqual({ parent: other });
    keep();
    expect(kept().map((name) => path.basename(name).split("-")[0])).toEqual(["module.js"]);
  });

  it("does without a folder to write to", () => {
    writeFileSync(cache, "a file in its place");
    const { exports, keep } = load();
    keep();
    expect(exports.twice(7)).toBe(14);
  });
});
