import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { packageRoot } from "../../engine/packageRoot";
import { PREPARE } from "./prepare";
import type { Sources, Wheel } from "./worker/messages";
import { realm } from "./worker/realm";

/** What every interpreter is made of. */
export interface Assets {
  module: WebAssembly.Module;
  sources: Sources;
  library: Uint8Array;
  wheels: readonly Wheel[];
}

/** Reads Pyodide, as it was installed, and the wheels of a folder. */
export async function readAssets(wheels: string | undefined): Promise<Assets> {
  const folder = dirname(createRequire(__filename).resolve("pyodide/package.json"));
  const text = (name: string): Promise<string> => readFile(join(folder, name), "utf8");
  const [loader, machine, lock, binary, library] = await Promise.all([
    text("pyodide.mjs"),
    text("pyodide.asm.mjs"),
    text("pyodide-lock.json"),
    readFile(join(folder, "pyodide.asm.wasm")),
    readFile(join(folder, "python_stdlib.zip")),
  ]);
  return {
    module: await WebAssembly.compile(binary),
    sources: {
      loader: asScript(loader, /export\s*\{\s*([\w$]+) as loadPyodide[^}]*\};?/),
      machine: withoutLinking(asScript(machine, /export default ([\w$]+);/)),
      realm: `"use strict"; (${String(realm)})`,
      prepare: PREPARE,
      lock: withoutPackages(lock),
    },
    library: shared(library),
    wheels: await readWheels(wheels ?? (await defaultWheels(folder))),
  };
}

/** A module as an expression of its one export that is wanted: a script has no `import`, and no `import.meta`; modules are strict. */
function asScript(source: string, exported: RegExp): string {
  const [statement, name] = exported.exec(source) ?? [];
  if (statement === undefined) {
    throw new Error("this version of pyodide is not the one that the sandbox was made for. Try npm install.");
  }
  return `(() => {"use strict"; ${source.replace(statement, "").replaceAll("import.meta.url", '""')}\nreturn ${name};\n})()`;
}

/**
 * Leaves out what only packages with machine code of their own need: giving each of 7,415 functions an address. It is a
 * third of the time in which an interpreter starts.
 */
function withoutLinking(machine: string): string {
  return machine
    .replace("updateGOT(origExports);", "")
    .replace(
      "if(!dynamicLibraries.length){reportUndefinedSymbols();return}",
      "if(!dynamicLibraries.length)return;",
    );
}

/** The list of packages that Pyodide could download, empty; it wants the rest of the list. */
function withoutPackages(lock: string): string {
  const { info } = JSON.parse(lock) as { info: object };
  return JSON.stringify({ info, packages: {} });
}

/** Where wheels are looked for: beside Pyodide, or in the package. */
async function defaultWheels(pyodide: string): Promise<string> {
  const inside = (await readdir(pyodide)).some((name) => PURE.test(name));
  return inside ? pyodide : join(packageRoot(), "data", "wheels");
}

/** A wheel without machine code. */
const PURE = /^[\w.+-]+-none-any\.whl$/;

async function readWheels(folder: string): Promise<Wheel[]> {
  const names = existsSync(folder) ? (await readdir(folder)).filter((name) => PURE.test(name)) : [];
  return Promise.all(
    names.sort().map(async (name) => ({ name, bytes: shared(await readFile(join(folder, name))) })),
  );
}

/** A copy in memory that workers read without copying it. */
export function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}
