import type * as TypeScript from "@tslab/typescript-for-tslab";

type Ts = typeof TypeScript;

/** Makes the programs of one compiler, and knows the newest. */
export interface LightBuilder {
  createProgram: TypeScript.CreateProgram<TypeScript.BuilderProgram>;
  /** Names that a module of the newest program exports, values and types; none when it is not part of it. */
  exportsOf(file: string): string[];
  /** What kind of thing a module of the newest program exports by a name, in the words of completion lists. */
  kindOf(file: string, name: string): string | undefined;
}

/** What the compiler keeps about files beyond its public types. */
interface Internals {
  bindSourceFile(file: TypeScript.SourceFile, options: TypeScript.CompilerOptions): void;
  getResolvedModule(
    file: TypeScript.SourceFile,
    name: string,
    mode: undefined,
  ): TypeScript.ResolvedModule | undefined;
}

type Bound = Omit<TypeScript.SourceFile, "locals"> & {
  symbol?: { exports?: Map<string, TypeScript.Symbol> };
  locals?: Map<string, TypeScript.Symbol>;
};

/** Under this name, the compiler keeps every `export *`. */
const PASSED_ON = "__export";

interface ProgramInternals {
  getSourceFileFromReference(
    file: TypeScript.SourceFile,
    reference: TypeScript.FileReference,
  ): TypeScript.SourceFile | undefined;
}

/**
 * Makes programs without the builder's books about who uses whom, which cost a type checker over hundreds of
 * declaration files for every key press. tslab asks them one question only: which sources stand behind a cell.
 */
export function lightBuilder(ts: Ts): LightBuilder {
  const { bindSourceFile } = ts as unknown as Internals;
  let newest: TypeScript.Program | undefined;
  return {
    createProgram: (...given) => {
      const builder = ts.createAbstractBuilder(...(given as Parameters<Ts["createAbstractBuilder"]>));
      const program = builder.getProgram();
      newest = program;
      for (const name of program.getRootFileNames()) {
        const file = program.getSourceFile(name);
        // tslab reads the names that a cell declares before anything is checked
        if (file) bindSourceFile(file, program.getCompilerOptions());
      }
      return Object.assign(builder, {
        getAllDependencies: (file: TypeScript.SourceFile) => sourcesBehind(ts, program, file),
      });
    },
    exportsOf(name) {
      const file = newest?.getSourceFile(name);
      if (!newest || !file) return [];
      const own = (file as Bound).symbol?.exports;
      // what a file lists itself is known without a type checker; what it passes on from others is not
      if (own && !own.has(PASSED_ON)) return [...own.keys()];
      const checker = newest.getTypeChecker();
      const symbol = checker.getSymbolAtLocation(file);
      return symbol ? checker.getExportsOfModule(symbol).map((one) => one.name) : [];
    },
    kindOf(name, exported) {
      const file = newest?.getSourceFile(name) as Bound | undefined;
      const symbol = file?.symbol?.exports?.get(exported);
      const [listed] = symbol?.declarations ?? [];
      const isListed = listed && ts.isExportSpecifier(listed);
      const declared = isListed ? file?.locals?.get((listed.propertyName ?? listed.name).text) : symbol;
      return declared && kindOf(ts, declared.flags);
    },
  };
}

function kindOf(ts: Ts, flags: TypeScript.SymbolFlags): string | undefined {
  const { Function: callable, Class, Interface, TypeAlias, Variable, Enum } = ts.SymbolFlags;
  const kinds: readonly [TypeScript.SymbolFlags, string][] = [
    [callable, "function"],
    [Class, "class"],
    [Enum, "enum"],
    [Variable, "const"],
    [Interface, "interface"],
    [TypeAlias, "type"],
  ];
  return kinds.find(([flag]) => flags & flag)?.[1];
}

/** The file itself and the sources it imports, directly or through others; not what is only declared. */
export function sourcesBehind(ts: Ts, program: TypeScript.Program, start: TypeScript.SourceFile): string[] {
  const { getResolvedModule } = ts as unknown as Internals;
  const { getSourceFileFromReference } = program as unknown as ProgramInternals;
  const found = new Set([start.fileName]);
  const visit = (file: TypeScript.SourceFile): void => {
    const { imports = [] } = file as { imports?: readonly TypeScript.StringLiteralLike[] };
    const behind = [
      ...imports.map(({ text }) => getResolvedModule(file, text, undefined)?.resolvedFileName),
      ...file.referencedFiles.map((reference) => getSourceFileFromReference(file, reference)?.fileName),
    ];
    for (const name of behind) {
      const source = name === undefined ? undefined : program.getSourceFile(name);
      if (!source || source.isDeclarationFile || found.has(source.fileName)) continue;
      found.add(source.fileName);
      visit(source);
    }
  };
  visit(start);
  return [...found];
}
