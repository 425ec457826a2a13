import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import path from "node:path";
import { Script } from "node:vm";

/** A module whose compiled form can be kept for the next process. */
export interface Compiled {
  exports: unknown;
  /** Keeps what V8 has compiled until now, when there is nothing kept that it would take. */
  keep(): void;
}

/**
 * Loads a large CommonJS module with the machine code of an earlier process, so that V8 need not read it again. V8 itself
 * refuses what another version, or other flags, have made.
 *
 * @param folder where compiled code is kept; a folder that cannot be written costs the advantage, nothing else
 */
export function loadCompiled(file: string, folder: string): Compiled {
  const text = readFileSync(file, "utf8");
  const { size, mtimeMs } = statSync(file);
  const of = [path.basename(file), size, Math.floor(mtimeMs), process.version, process.arch];
  const kept = path.join(folder, `${of.join("-")}.bin`);
  const cachedData = read(kept);
  const script = new Script(Module.wrap(text), { filename: file, cachedData });
  const loaded = new Module(file);
  loaded.filename = file;
  loaded.paths = [];
  require.cache[file] = loaded as NodeJS.Module;
  const run = script.runInThisContext() as (...given: unknown[]) => void;
  run.call(loaded.exports, loaded.exports, createRequire(file), loaded, file, path.dirname(file));
  loaded.loaded = true;
  return {
    exports: loaded.exports,
    keep() {
      if (cachedData && !script.cachedDataRejected) return;
      write(kept, script.createCachedData());
    },
  };
}

function read(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function write(file: string, content: Buffer): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(temporary, content);
    renameSync(temporary, file);
  } catch {
    // a package that cannot be written is as good as ever, only slower to start
  }
}
