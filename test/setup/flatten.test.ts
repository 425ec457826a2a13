import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import oldTypescript from "@tslab/typescript-for-tslab";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { flatten } from "../../kernel-lib/setup/flatten.mjs";

const ROOT = path.join(__dirname, "..", "..");
const SOURCE = path.join(ROOT, "kernel-lib", "index.ts");

let dist: string;
let flat: string;
let source: ts.Program;

beforeAll(async () => {
  mkdirSync(path.join(ROOT, ".cache"), { recursive: true });
  // inside the project, so that the packages behind the declarations are found
  dist = mkdtempSync(path.join(ROOT, ".cache", "flat-"));
  const { config } = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  source = ts.createProgram([SOURCE], {
    ...options,
    outDir: dist,
    emitDeclarationOnly: true,
    incremental: false,
    tsBuildInfoFile: undefined,
  });
  source.emit();
  flat = await flatten(dist);
}, 120_000);

afterAll(() => rmSync(dist, { recursive: true, force: true }));

/** The names a module exports, each with its documentation. */
function documented(compiler: typeof ts, program: ts.Program, file: string): Map<string, string> {
  const checker = program.getTypeChecker();
  const symbol = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
  const own = (one: ts.Symbol) =>
    one.flags & compiler.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one;
  // links are printed with a blank where their target is known
  const text = (one: ts.Symbol) =>
    compiler.displayPartsToString(own(one).getDocumentationComment(checker)).replaceAll(" }", "}").trim();
  const sorted = checker.getExportsOfModule(symbol).sort((a, b) => (a.name < b.name ? -1 : 1));
  return new Map(sorted.map((one) => [one.name, text(one)]));
}

/** The program that tslab's compiler makes of the flat file, as it stands or with the other import of tensors. */
function readByTslab(host?: ts.CompilerHost): ts.Program {
  const compiler = oldTypescript as unknown as typeof ts;
  const options: ts.CompilerOptions = {
    lib: ["lib.es2023.d.ts"],
    types: ["node"],
    typeRoots: [path.join(ROOT, "node_modules", "@types")],
    module: compiler.ModuleKind.ESNext,
    moduleResolution: compiler.ModuleResolutionKind.Node10,
    target: compiler.ScriptTarget.ES2022,
    skipLibCheck: false,
    strict: true,
    noEmit: true,
  };
  return compiler.createProgram([flat], options, host ?? compiler.createCompilerHost(options));
}

function complaints(program: ts.Program): string[] {
  const file = program.getSourceFile(flat)!;
  const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

describe("the flat declarations", () => {
  it("are one file, with nothing left to look up beside it", () => {
    const { importedFiles } = ts.preProcessFile(readFileSync(flat, "utf8"));
    expect(importedFiles.map(({ fileName }) => fileName)).not.toContainEqual(expect.stringMatching(/^\./));
    expect(importedFiles.map(({ fileName }) => fileName)).toContain("@tensorflow/tfjs");
  });

  it("offer every name of the sources, with its documentation", () => {
    const flatProgram = ts.createProgram([flat], source.getCompilerOptions());
    expect(documented(ts, flatProgram, flat)).toEqual(documented(ts, source, SOURCE));
  });

  it("declare nothing that they do not export: whoever calls a function can name its types", () => {
    const program = ts.createProgram([flat], source.getCompilerOptions());
    const exported = documented(ts, program, flat);
    const names = program.getSourceFile(flat)!.statements.flatMap((statement): string[] => {
      if (ts.isVariableStatement(statement)) {
        return statement.declarationList.declarations.map(({ name }) => name.getText());
      }
      return ts.isDeclarationStatement(statement) && statement.name ? [statement.name.text] : [];
    });
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name) => !exported.has(name))).toEqual([]);
  });

  it("are read without complaint by the TypeScript of tslab, libraries checked", () => {
    expect(oldTypescript.version).toBe("5.0.4");
    expect(complaints(readByTslab())).toEqual([]);
  });

  it("need of TensorFlow.js no more than the kernel reads before a cell mentions tf", () => {
    const text = readFileSync(flat, "utf8").replace("@tensorflow/tfjs", "@tensorflow/tfjs-core/dist/tensor");
    const compiler = oldTypescript as unknown as typeof ts;
    const host = compiler.createCompilerHost({});
    const { getSourceFile } = host;
    host.getSourceFile = (name, language, ...rest) =>
      name === flat
        ? compiler.createSourceFile(name, text, language)
        : getSourceFile.call(host, name, language, ...rest);
    expect(complaints(readByTslab(host))).toEqual([]);
  });

  it("are left alone when no declaration has changed", async () => {
    const before = statSync(flat).mtimeMs;
    await flatten(dist);
    expect(statSync(flat).mtimeMs).toBe(before);
  });
});
