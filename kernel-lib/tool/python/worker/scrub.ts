/**
 * Takes from a worker thread, for good, whatever Node offers it: the second wall, for a program that has come out of its
 * bare context. Runs as text: it may name nothing outside of itself.
 *
 * Every function of every module of Node is replaced by one that throws, also in `import`; the process, the globals of
 * Node and the ways to make code from strings go too.
 */
export function scrub(require: NodeJS.Require): void {
  const gone = function gone(): never {
    throw new Error("this thread has been stripped of Node");
  };
  Object.setPrototypeOf(gone, null);
  Object.freeze(gone);

  const node = process;
  const replace = (target: object, key: string | symbol, value: unknown): void => {
    const { configurable, writable } = Reflect.getOwnPropertyDescriptor(target, key)!;
    if (configurable) Reflect.defineProperty(target, key, { value, configurable: false, writable: false });
    else if (writable) Reflect.set(target, key, value);
  };
  const strip = (target: object, depth: number, kept: readonly string[] = []): void => {
    for (const key of Reflect.ownKeys(target)) {
      if (kept.includes(String(key))) continue;
      const { value, get } = Reflect.getOwnPropertyDescriptor(target, key)!;
      if (typeof value === "function") replace(target, key, gone);
      else if (get && target !== node) replace(target, key, undefined);
      else if (typeof value === "object" && value !== null && depth > 0)
        strip(value as object, depth - 1, kept);
    }
  };

  const { builtinModules, syncBuiltinESMExports } = require("node:module") as typeof import("node:module");
  const threads = require("node:worker_threads") as typeof import("node:worker_threads");
  const vm = require("node:vm") as typeof import("node:vm");
  const scope = globalThis;
  const language = new Set<string | symbol>(
    vm.runInNewContext("Object.getOwnPropertyNames(globalThis)") as string[],
  );
  for (const name of ["console", "WebAssembly"]) language.delete(name);
  node.emitWarning = () => undefined;
  // some have no name without the prefix, and so are in no list of older versions
  const prefixed = ["sqlite", "sea", "test", "test/reporters"].map((name) => `node:${name}`);
  const loaded = [...builtinModules, ...prefixed].flatMap((name): object[] => {
    // these two change how Node's events work, and nothing can load them any more after
    if (name === "domain" || name === "repl") return [];
    try {
      return [require(name) as object];
    } catch {
      return [];
    }
  });
  // what Node itself calls to the end of this thread: its events, and the ways by which the thread ends
  const events = ["nextTick", "emit", "on", "once", "off", "listeners", "listenerCount", "_tickCallback"];
  const own = [...events, "_fatalException", "exit", "reallyExit"];
  for (const exported of loaded) if (exported !== node) strip(exported, exported === threads ? 0 : 1, own);
  for (const key of ["parentPort", "workerData", "resourceLimits"]) replace(threads, key, undefined);
  syncBuiltinESMExports();
  strip(node, 0, own);
  replace(node, "env", undefined);
  if (node.report) strip(node.report, 0);

  const makers = [() => {}, async () => {}, function* () {}, async function* () {}];
  for (const maker of makers) {
    Reflect.defineProperty(Reflect.getPrototypeOf(maker)!, "constructor", {
      value: gone,
      configurable: false,
    });
  }
  for (const key of Reflect.ownKeys(scope)) {
    if (language.has(key)) continue;
    // one that is loaded when it is first touched must go untouched
    Reflect.deleteProperty(scope, key);
    Reflect.defineProperty(scope, key, { value: undefined, writable: false });
  }
  for (const key of ["eval", "Function"])
    Reflect.defineProperty(scope, key, { value: gone, writable: false });
}
