import type { Limits } from "../limits";
import type { Outcome, Wheel } from "./messages";

/** What the realm is given: bytes, and functions whose every use stands in a `guard`. */
export interface Host {
  module: WebAssembly.Module;
  library: Uint8Array;
  wheels: readonly Wheel[];
  limits: Limits;
  snapshot?: Uint8Array;
  prepare: string;
  lock: string;
  decode(bytes: Uint8Array, encoding: string | undefined): string;
  encode(text: string): Uint8Array;
  /** Base 64. */
  randomBytes(count: number): string;
  now(): number;
}

/** What the realm gives back, of primitives and its own functions. */
export interface Realm {
  /** Starts the interpreter; without a snapshot at hand it makes one. */
  start(load: Load, machine: Machine): Promise<Uint8Array | undefined>;
  /** Runs a program, once, and gives its {@link Outcome} as JSON. */
  run(code: string): string;
}

type Sink = { chunks: Uint8Array[]; left: number };
export type Load = (options: object) => Promise<Pyodide>;
export type Machine = (settings: object) => Promise<{ growMemory(bytes: number): unknown }>;

/** The parts of Pyodide in use. */
interface Pyodide {
  runPython(code: string): unknown;
  makeMemorySnapshot(): Uint8Array;
  globals: { get(name: string): (code: string) => number };
  setStdout(options: object): void;
  setStderr(options: object): void;
  FS: FileSystem;
  _api: { config: { _loadSnapshot?: unknown } };
}

interface FileSystem {
  ErrnoError: new (errno: number) => Error;
  mkdirTree(path: string): void;
  writeFile(path: string, bytes: Uint8Array): void;
  write(...args: unknown[]): number;
  filesystems: Record<string, unknown> & { MEMFS: MemoryFiles };
}

interface MemoryFiles {
  resizeFileStorage(node: unknown, size: number): void;
  expandFileStorage(node: unknown, size: number): void;
}

/**
 * Runs inside a bare context, as text: it may name nothing outside of itself. There Pyodide finds a JavaScript engine's
 * shell: no Node, no network, no files, no code from strings.
 */
export function realm(host: Host): Realm {
  const { limits } = host;
  const page = 65536;

  // an error of the host's own realm would lead back to it
  const guard =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      try {
        return call(...args);
      } catch {
        throw new Error("refused by the host");
      }
    };
  const decode = guard((bytes: Uint8Array, encoding?: string) => host.decode(bytes, encoding));
  const encode = guard((text: string) => new Uint8Array(host.encode(text)));
  const randomBytes = guard((count: number) => host.randomBytes(count));
  const now = guard(() => host.now());
  const refuse = (): never => {
    throw new Error("there is nothing outside of the sandbox");
  };

  /** What Pyodide looks for in a shell. */
  function furnish(): void {
    const library = new Uint8Array(host.library).buffer;
    const nothing = () => undefined;
    Object.assign(globalThis, {
      read: refuse,
      load: refuse,
      readbuffer: (path: string) => (path.endsWith("python_stdlib.zip") ? library : new ArrayBuffer(0)),
      os: { system: (_: string, args: string[]) => randomBytes(Number.parseInt(args[1]!.slice(7), 10)) },
      performance: { now },
      console: { log: nothing, warn: nothing, error: nothing, info: nothing, debug: nothing },
      setTimeout: () => 0,
      clearTimeout: nothing,
      TextDecoder: class {
        constructor(readonly encoding?: string) {}
        decode = (bytes: Uint8Array): string => decode(bytes, this.encoding);
      },
      TextEncoder: class {
        encode = encode;
        encodeInto(text: string, target: Uint8Array): { written: number } {
          const bytes = encode(text);
          target.set(bytes);
          return { written: bytes.length };
        }
      },
    });
  }

  /** The compiled interpreter takes the place of its bytes, and its memory gets a limit. */
  function limitMemory(): void {
    const { instantiate, Memory, Module } = WebAssembly;
    const { module } = host;
    Object.setPrototypeOf(module, Module.prototype);
    const grow = Memory.prototype.grow;
    Memory.prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
      if (this.buffer.byteLength + pages * page > limits.memory) throw new RangeError("out of memory");
      return grow.call(this, pages);
    };
    WebAssembly.instantiate = (async (
      source: Uint8Array | WebAssembly.Module,
      imports: WebAssembly.Imports,
    ) =>
      source instanceof Uint8Array && source.length === 0
        ? { module, instance: await instantiate(module, imports) }
        : instantiate(source as Uint8Array<ArrayBuffer>, imports)) as typeof WebAssembly.instantiate;
  }

  /** Files live in memory that the limit of the interpreter's does not count. */
  function limitFiles({ ErrnoError, filesystems, ...rest }: FileSystem, FS: FileSystem): void {
    const { MEMFS } = filesystems;
    const full = 51; // ENOSPC
    let left = limits.files;
    const spend = (bytes: number): void => {
      if (bytes > left) throw new ErrnoError(full);
      left -= bytes;
    };
    FS.write = (...args) => {
      spend(Number(args[3]) || 0);
      return rest.write.apply(FS, args);
    };
    const { resizeFileStorage, expandFileStorage } = MEMFS;
    MEMFS.resizeFileStorage = (node, size) => {
      spend(size);
      resizeFileStorage(node, size);
    };
    MEMFS.expandFileStorage = (node, size) => {
      if (size > limits.files) throw new ErrnoError(full);
      expandFileStorage(node, size);
    };
    for (const name of Object.keys(filesystems)) if (name !== "MEMFS") delete filesystems[name];
  }

  /** No program makes memory, or machine code, of its own. */
  function strip(): void {
    const { RuntimeError, CompileError, LinkError } = WebAssembly;
    const left = { RuntimeError, CompileError, LinkError, Exception: Reflect.get(WebAssembly, "Exception") };
    for (const name of ["Module", "Instance", "Memory", "Table", "Global", "Tag"]) {
      const { prototype } = (Reflect.get(WebAssembly, name) ?? {}) as { prototype?: object };
      if (prototype) Object.defineProperty(prototype, "constructor", { value: refuse });
    }
    Object.defineProperty(globalThis, "WebAssembly", { value: Object.freeze(left) });
    for (const name of ["read", "load", "readbuffer"]) Reflect.deleteProperty(globalThis, name);
  }

  const sink = (): Sink => ({ chunks: [], left: limits.output });
  const [stdout, stderr] = [sink(), sink()];
  const into = (kept: Sink) => ({
    isatty: false,
    write: (bytes: Uint8Array): number => {
      if (kept.left > 0) kept.chunks.push(bytes.slice(0, kept.left));
      kept.left -= bytes.length;
      return bytes.length;
    },
  });
  const textOf = ({ chunks }: Sink): string => {
    const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const chunk of chunks) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    return decode(whole);
  };

  let execute: (code: string) => number = refuse;

  furnish();
  limitMemory();
  return {
    async start(load, machine) {
      const making = host.snapshot === undefined;
      const python = await load({
        indexURL: "/",
        stdLibURL: "/python_stdlib.zip",
        lockFileContents: host.lock,
        packages: [],
        createPyodideModule: async (settings: object) => {
          const made = await machine(settings);
          // the memory that is restored may have grown
          if (host.snapshot) made.growMemory(host.snapshot.length);
          return made;
        },
        jsglobals: Object.create(null),
        env: { HOME: "/home/python" },
        stdin: () => null,
        fsInit: async (FS: FileSystem) => {
          FS.mkdirTree("/wheels");
          for (const { name, bytes } of host.wheels) FS.writeFile(`/wheels/${name}`, new Uint8Array(bytes));
        },
        ...(making ? { _makeSnapshot: true } : { _loadSnapshot: host.snapshot }),
      });
      if (making) {
        python.runPython(host.prepare);
        return python.makeMemorySnapshot();
      }
      // the bytes are shared by all workers
      python._api.config._loadSnapshot = undefined;
      python.setStdout(into(stdout));
      python.setStderr(into(stderr));
      limitFiles({ ...python.FS }, python.FS);
      python.runPython("_close()");
      execute = python.globals.get("_run");
      strip();
      return undefined;
    },

    run(code) {
      let status = 1;
      let fatal = "";
      try {
        status = Number(execute(code));
      } catch (error) {
        // the machine itself has stopped: exit, abort, or no stack left
        const { status: exit, message } = error as { status?: unknown; message?: unknown };
        if (typeof exit === "number") status = exit;
        else fatal = `the interpreter stopped: ${String(message).slice(0, 200)}\n`;
      }
      const outcome: Outcome = { stdout: textOf(stdout), stderr: textOf(stderr) + fatal, code: status };
      return JSON.stringify(outcome);
    },
  };
}
