import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import path from "node:path";
import { Script } from "node:vm";

/** Keeps what V8 has compiled until now, when there is nothing kept that it would take. */
type Keep = () => void;

/** A module whose compiled form can be kept for the next process. */
export interface Compiled {
  exports: unknown;
  keep: Keep;
}

/**
 * Loads a large CommonJS module with the machine code of an earlier process, so that V8 need not read it again. V8 itself
 * refuses what another version, or other flags, have made.
 *
 * @param folder where compiled code is kept; a folder that cannot be written costs the advantage, nothing else
 */
export function loadCompiled(file: string, folder: string): Compiled {
  const { script, keep } = compile(file, readFileSync(file, "utf8"), folder);
  const loaded = new Module(file);
  loaded.filename = file;
  loaded.paths = [];
  require.cache[file] = loaded as NodeJS.Module;
  run(script, loaded, file);
  loaded.loaded = true;
  return { exports: loaded.exports, keep };
}

interface Compiling {
  _compile(this: NodeJS.Module, text: string, file: string, ...rest: unknown[]): unknown;
}

/**
 * Does the same for every CommonJS file that fits `which` and is loaded from now on.
 *
 * @returns keeps what was loaded
 */
export function compileWithCache(which: RegExp, folder: string): Keep {
  const keeps: Keep[] = [];
  const modules = Module.prototype as unknown as Compiling;
  const original = modules._compile;
  modules._compile = function (text, file, ...rest) {
    if (!which.test(file)) return original.call(this, text, file, ...rest);
    const { script, keep } = compile(file, text, folder);
    keeps.push(keep);
    return run(script, this, file);
  };
  return () => {
    for (const keep of keeps.splice(0)) keep();
  };
}

function compile(file: string, text: string, folder: string): { script: Script; keep: Keep } {
  const { size, mtimeMs } = statSync(file);
  const of = [path.basename(file), size, Math.floor(mtimeMs), process.version, process.arch];
  const kept = path.join(folder, `${of.join("-")}.bin`);
  const cachedData = read(kept);
  const script = new Script(Module.wrap(text), { filename: file, cachedData });
  const keep = () => {
    if (cachedData && !script.cachedDataRejected) return;
    write(kept, script.createCachedData());
  };
  return { script, keep };
}

function run(script: Script, module: { exports: unknown }, file: string): unknown {
  const body = script.runInThisContext() as (...given: unknown[]) => unknown;
  return body.call(module.exports, module.exports, createRequire(file), module, file, path.dirname(file));
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
