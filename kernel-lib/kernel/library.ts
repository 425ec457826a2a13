import { readFileSync } from "node:fs";
import Module from "node:module";
import path from "node:path";

/** The npm package whose exports every cell has in scope, and whose dependencies cells may import. */
export interface Library {
  name: string;
  version: string;
  folder: string;
  /** The file that `require(name)` loads. */
  entry: string;
  /** The declaration file that types come from. */
  types: string;
}

/** The package this kernel is part of, or the one in the folder that `RECURSIVEMAS_PRELOAD` names. */
export function findLibrary(env: NodeJS.ProcessEnv = process.env): Library {
  const folder = path.resolve(env.RECURSIVEMAS_PRELOAD || path.join(__dirname, "..", ".."));
  const { name, version, main, types } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const entry = path.join(folder, main ?? "index.js");
  return {
    name,
    version: version ?? "0.0.0",
    folder,
    entry,
    types: types ? path.join(folder, types) : entry.replace(/\.js$/, ".d.ts"),
  };
}

interface ModuleLoader {
  _resolveFilename(
    request: string,
    parent?: { filename?: string | null },
    isMain?: boolean,
    options?: object,
  ): string;
}

/**
 * Lets `require` find the library wherever the notebook lies, always in the copy this kernel belongs to, and the
 * library's dependencies where the notebook's own folders have none of that name.
 */
export function shareWithCells(library: Library): void {
  const loader = Module as unknown as ModuleLoader;
  const resolve = loader._resolveFilename;
  loader._resolveFilename = function (request, parent, isMain, options) {
    if (request === library.name) return library.entry;
    try {
      return resolve.call(this, request, parent, isMain, options);
    } catch (error) {
      if (!isBare(request) || isInstalled(parent?.filename)) throw error;
      try {
        return resolve.call(this, request, parent, isMain, { paths: [library.folder] });
      } catch {
        throw error;
      }
    }
  };
}

/** Whether an import names a package, as opposed to a file or a part of Node. */
export function isBare(request: string): boolean {
  return !/^(\.{0,2}[\\/]|\.{1,2}$|[A-Za-z]:[\\/]|node:)/.test(request);
}

export function isInstalled(file: string | null | undefined): boolean {
  return file != null && /[\\/]node_modules[\\/]/.test(file);
}
