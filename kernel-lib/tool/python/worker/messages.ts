import type { Limits } from "../limits";

/** What a worker is started with. Byte arrays lie in shared memory, so that handing them over costs nothing. */
export interface WorkerData {
  /** The compiled interpreter, shared with all workers. */
  module: WebAssembly.Module;
  sources: Sources;
  /** Python's own library, zipped. */
  library: Uint8Array;
  /** Packages in Python alone, zipped. */
  wheels: readonly Wheel[];
  limits: Limits;
  /** The memory of an interpreter that has started; without it the worker starts one and sends this. */
  snapshot?: Uint8Array;
  /** What the compiler of {@link Sources.machine} may skip. */
  compiled?: Uint8Array;
}

/** Texts that the worker runs: two scripts of Pyodide's, and ours. */
export interface Sources {
  /** Gives `loadPyodide`. */
  loader: string;
  /** Gives the function that makes Emscripten's machine. */
  machine: string;
  /** The function of `realm.ts`. */
  realm: string;
  /** Python: what an interpreter does once, before its memory is kept. */
  prepare: string;
  /** JSON: the list of packages that Pyodide knows. */
  lock: string;
}

export interface Wheel {
  name: string;
  bytes: Uint8Array;
}

/** What a worker says, once: an image of an interpreter that has started, or that it is ready for a program. */
export type FirstWord = { image: Image } | { ready: true } | { broken: string };

/** What every later worker begins with. */
export interface Image {
  snapshot: Uint8Array;
  compiled: Uint8Array;
}

/** What a program came to. The host believes none of it, but for its size and shape. */
export interface Outcome {
  stdout: string;
  stderr: string;
  /** 0 where it ended well. */
  code: number;
}
