import { existsSync, readFileSync, statSync } from "node:fs";
import { isBuiltin, type SourceMapPayload } from "node:module";
import path from "node:path";
import type * as TypeScript from "@tslab/typescript-for-tslab";
import { type LightBuilder, lightBuilder } from "./builder";
import { type Compiled, compileWithCache, loadCompiled } from "./compiledCode";
import { type Complaints, keepComplaints } from "./complaints";
import type { Diagnostic } from "./diagnostics";
import { type Documentation, documentationOnDemand } from "./documentation";
import { plainExports } from "./exportNames";
import { type LazyTypes, lazyTypes } from "./lazyTypes";
import { isBare, isInstalled, type Library } from "./library";
import { guardLoops } from "./loopGuard";
import { surviveFailedRebuilds } from "./rebuild";
import { shorthandFix } from "./shorthand";
import type { Sources } from "./sources";

type Ts = typeof TypeScript;

/** Each is a megabyte of code, and they come with the library. */
const TFJS_BUNDLE = /[\\/]@tensorflow[\\/][\w-]+[\\/]dist[\\/][\w.-]+\.node\.js$/;
type WatchHost = TypeScript.WatchCompilerHost<TypeScript.BuilderProgram>;

const CELL_FILE = "__tslab__.ts";
/** tslab begins every cell, and every module that lives in a cell, with the line `export {};`. */
const SOURCE_PREFIX_LINES = 1;
const SOURCE_MAP_COMMENT = /\n?\/\/# sourceMappingURL=(?:data:application\/json;base64,(\S+)|\S*)\s*$/;

/** Says how the cell that is being compiled is to be called. */
export interface Compiling {
  label: string;
}

export interface CompilerOptions {
  /** Where the notebook lies. */
  folder: string;
  library: Library;
  sources: Sources;
  compiling: Compiling;
}

/** What the session needs of the compiler beyond tslab's converter. */
export interface Compiler {
  version: string;
  /** Tells the compiler of local files that changed since the last cell. */
  refresh(): void;
  /** The names that the library offers, values and types; none when its declarations are missing. */
  names(): string[];
  /** What one of these names is: "function", "class", "interface" …; undefined for others. */
  kindOf(name: string): string | undefined;
  /** To be called with code before it is compiled, completed or explained. */
  anticipate(code: string): void;
  /** What the compiler said of the newest cell, with hints, for what tslab told of it. */
  explain(told: readonly Diagnostic[]): Diagnostic[];
  /** Makes the next start of a kernel faster; takes a moment, the first time. */
  keep(): void;
}

/** What makes a start cheap. */
interface Parts {
  builder: LightBuilder;
  documentation: Documentation;
  lazy: LazyTypes;
}

/**
 * Prepares the copy of TypeScript that tslab uses, before tslab loads it: resolution of the library from anywhere,
 * source maps, the library of the Node that runs, and no file watchers.
 */
export function prepareCompiler(options: CompilerOptions): Compiler {
  const file = require.resolve("@tslab/typescript-for-tslab", {
    paths: [path.dirname(require.resolve("tslab/package.json"))],
  });
  const kept = path.join(__dirname, "..", ".compiled");
  const compiled: Compiled = loadCompiled(file, kept);
  const keepBundles = compileWithCache(TFJS_BUNDLE, kept);
  const ts = compiled.exports as Ts;
  const { library } = options;
  const parts: Parts = {
    builder: lightBuilder(ts),
    documentation: documentationOnDemand(ts, (name) => name === library.types.replaceAll("\\", "/")),
    lazy: lazyTypes(library),
  };
  const complaints: Complaints = keepComplaints(ts, { ...options, prefixLines: SOURCE_PREFIX_LINES });
  const overrides: Partial<Record<string, unknown>> = {
    createWatchCompilerHost: watchHost(ts, parts, options),
    getQuickInfoAtPosition: parts.documentation.getQuickInfoAtPosition,
    transpileModule: mappedTranspile(ts, options),
    ...complaints.overrides,
    ...shorthandFix(ts),
  };
  // Its exports are getters, so they cannot be assigned one by one.
  require.cache[file]!.exports = new Proxy(ts, {
    get: (target, key) => overrides[key as string] ?? Reflect.get(target, key),
  });
  const isName = (name: string) => name !== "default" && /^[\w$]+$/.test(name);
  return {
    version: ts.version,
    refresh: watchLocalFiles(ts, options),
    names: () => parts.builder.exportsOf(library.types).filter(isName),
    kindOf: (name) => parts.builder.kindOf(library.types, name),
    anticipate: parts.lazy.anticipate,
    explain: complaints.explain,
    keep() {
      compiled.keep();
      keepBundles();
    },
  };
}

function watchHost(ts: Ts, { builder, documentation, lazy }: Parts, { folder, library }: CompilerOptions) {
  const create = ts.createWatchCompilerHost as unknown as (...given: unknown[]) => WatchHost;
  return (rootFiles: string[], given: TypeScript.CompilerOptions, ...rest: unknown[]) => {
    const compilerOptions: TypeScript.CompilerOptions = {
      ...given,
      lib: ["lib.es2023.d.ts"],
      // Every package in @types would be loaded at start, which costs seconds.
      types: ["node"],
      typeRoots: typeRoots(given.typeRoots ?? []),
      inlineSourceMap: true,
      sourceRoot: folder,
    };
    // with the library, so that its names are known before the first cell
    const host = create([...rootFiles, library.types], compilerOptions, ...rest);
    const isLocal = localTo(folder, library);
    const cache = ts.createModuleResolutionCache(folder, (name) => name, compilerOptions);
    const resolve = (name: string, from: string): TypeScript.ResolvedModuleWithFailedLookupLocations => {
      if (name === library.name) return toDeclarations(library.types);
      // declared by name, not by a file; looking for one in every node_modules above takes a while
      if (isBuiltin(name)) return { resolvedModule: undefined };
      const part = lazy.resolve(name, from);
      if (part !== undefined) return toDeclarations(part);
      const found = ts.resolveModuleName(
        name,
        from,
        compilerOptions,
        host,
        isLocal(from) ? undefined : cache,
      );
      if (found.resolvedModule || !isBare(name) || !isLocal(from)) return found;
      const subpath = { ...compilerOptions, moduleResolution: ts.ModuleResolutionKind.Bundler };
      const other = [
        () => ts.resolveModuleName(name, from, subpath, host),
        () => ts.resolveModuleName(name, path.join(library.folder, "index.ts"), subpath, host),
      ];
      return other.map((attempt) => attempt()).find((attempt) => attempt.resolvedModule) ?? found;
    };
    host.resolveModuleNameLiterals = (literals, from) => literals.map(({ text }) => resolve(text, from));
    // Beside the compiler's cache, which makes a type checker of the first program for its watchers.
    host.resolveTypeReferenceDirectiveReferences = (references, from, redirected, given) =>
      references.map((one) => {
        const name = typeof one === "string" ? one : one.fileName.toLowerCase();
        return ts.resolveTypeReferenceDirective(name, from, given, host, redirected);
      });
    // Installed packages stay as they are while the kernel runs; local files may come and go.
    host.hasInvalidatedResolutions = (file) => lazy.isStale(file) || (isLocal(file) && existsSync(file));
    host.createProgram = builder.createProgram;
    const { readFile } = host;
    host.readFile = (file, encoding) => {
      const text = readFile.call(host, file, encoding);
      if (text !== undefined && path.basename(file) === CELL_FILE) return plainExports(text);
      return documentation.withoutComments(file, text);
    };
    surviveFailedRebuilds(ts, host);
    return host;
  };
}

function toDeclarations(file: string): TypeScript.ResolvedModuleWithFailedLookupLocations {
  return {
    resolvedModule: { resolvedFileName: file, extension: ".d.ts", isExternalLibraryImport: true },
  };
}

/** Where the notebook's project has no types of Node, those this package depends on. */
function typeRoots(roots: string[]): string[] {
  if (roots.some((root) => existsSync(path.join(root, "node", "package.json")) && !isInside("tslab", root))) {
    return roots;
  }
  return [path.dirname(path.dirname(require.resolve("@types/node/package.json")))];
}

function isInside(packageName: string, file: string): boolean {
  return file.split(/[\\/]/).includes(packageName);
}

/** Files of the person: below the notebook's folder, neither installed nor part of the library. */
function localTo(folder: string, library: Library): (file: string) => boolean {
  const built = path.dirname(library.types) + path.sep;
  return (file) => file.startsWith(folder + path.sep) && !isInstalled(file) && !file.startsWith(built);
}

/** tslab compiles twice, TypeScript to modules and modules to CommonJS; both maps are kept under the script's name. */
function mappedTranspile(ts: Ts, { folder, sources, compiling }: CompilerOptions): Ts["transpileModule"] {
  const guard = guardLoops(ts);
  let cells = 0;
  return (input, options) => {
    const first = SOURCE_MAP_COMMENT.exec(input)?.[1];
    if (!first) return ts.transpileModule(input, options);
    const result = ts.transpileModule(input.replace(SOURCE_MAP_COMMENT, "\n"), {
      ...options,
      compilerOptions: { ...options.compilerOptions, sourceMap: true },
      transformers: { before: [guard] },
    });
    const code = result.outputText.replace(SOURCE_MAP_COMMENT, "\n");
    const toSource = JSON.parse(Buffer.from(first, "base64").toString()) as SourceMapPayload;
    const maps = [JSON.parse(result.sourceMapText!) as SourceMapPayload, toSource];
    const source = toSource.sources[0] ?? "";
    if (source === CELL_FILE) {
      const name = `cell-${++cells}.js`;
      const { label } = compiling;
      sources.addScript(name, { label, code, maps, sourceShift: SOURCE_PREFIX_LINES, codeShift: 1 });
      // The executor wraps the first line in a function: an empty one keeps columns as they are mapped.
      return { ...result, outputText: `\n${code}\n//# sourceURL=${name}` };
    }
    const file = path.join(folder, source);
    const isReal = existsSync(file);
    const sourceShift = isReal ? 0 : SOURCE_PREFIX_LINES;
    if (isReal) sources.addText(source, readFileSync(file, "utf8"));
    const name = file.replace(/\.[jt]sx?$/, ".js");
    sources.addScript(name, { label: source, code, maps, sourceShift, codeShift: 0 });
    return { ...result, outputText: code };
  };
}

/** tslab would watch every declaration file; looking at the local ones before a cell is cheaper and never late. */
function watchLocalFiles(ts: Ts, { folder, library }: CompilerOptions): () => void {
  const isLocal = localTo(folder, library);
  const watched = new Map<string, { stamp: string; changed: TypeScript.FileWatcherCallback }>();
  ts.sys.watchDirectory = () => ({ close() {} });
  ts.sys.watchFile = (file, changed) => {
    if (isLocal(file)) watched.set(file, { stamp: stampOf(file), changed });
    return { close: () => void watched.delete(file) };
  };
  return () => {
    for (const [file, entry] of [...watched]) {
      const stamp = stampOf(file);
      if (stamp === entry.stamp) continue;
      entry.stamp = stamp;
      const kind = stamp === "" ? ts.FileWatcherEventKind.Deleted : ts.FileWatcherEventKind.Changed;
      entry.changed(file, kind);
    }
  };
}

function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs} ${stat.size}` : "";
}
