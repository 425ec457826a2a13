import { checkOptions, checkPositive, shown } from "../../engine/check";
import { AbortedError } from "../../engine/control";
import type { Tool } from "../tool";
import { dedent } from "./dedent";
import { Interpreters } from "./interpreters";
import { limitsFor } from "./limits";
import { runProgram } from "./runProgram";

/** The limits of {@link pythonTool}. */
export interface PythonToolOptions {
  /** Seconds that a program may run; the start of its interpreter is not counted. Default: 10. */
  timeout?: number;
  /** Megabytes of memory, 64 to 2048. Default: 512. */
  memory?: number;
  /**
   * A folder of wheels without machine code (`…-none-any.whl`), such as sympy and mpmath, that programs can import. Default:
   * the folder of the package pyodide if it has some, or `data/wheels` of this package; there need be none.
   */
  wheels?: string;
}

/**
 * Python for agents: each program runs in a fresh interpreter (Pyodide, in WebAssembly) in a thread that has no files, no
 * network, no environment and no processes, with limits of time, memory and output. What it prints is the result.
 *
 * `math`, `itertools`, `functools`, `fractions` and `statistics` are imported already, and `sympy as sp` where its wheel is
 * present. `random` starts from the same state every time. The first program waits some seconds for the interpreter to be
 * made; later ones find one ready.
 *
 * @throws if an option is out of range
 * @example
 * const python = pythonTool({ timeout: 5 });
 * await python.run("print(math.comb(52, 5))")   // { text: "2598960", failed: false }
 * await python.dispose!();
 */
export function pythonTool(options: PythonToolOptions = {}): Tool {
  checkOptions("pythonTool", options, "pythonTool({ timeout: 10 })");
  const { timeout = 10, memory = 512, wheels } = options;
  checkPositive("timeout", timeout, "timeout: 10, in seconds");
  if (!(memory >= 64 && memory <= 2048)) {
    throw new RangeError(
      `memory is ${shown(memory)}; it must be a number of megabytes from 64 to 2048. Try memory: 512.`,
    );
  }
  if (wheels !== undefined && typeof wheels !== "string") {
    throw new TypeError(`wheels is ${shown(wheels)}; it must be the path of a folder. Try wheels: "wheels".`);
  }
  const interpreters = new Interpreters(wheels, limitsFor(memory));
  return {
    name: "python",
    description: "runs a Python program in a fresh interpreter and shows what it prints",
    async run(code, { signal } = {}) {
      if (typeof code !== "string") {
        throw new TypeError(`a program is ${shown(code)}; it must be a text. Try run("print(1 + 1)").`);
      }
      if (signal?.aborted) throw new AbortedError("stopped on request; the program was not begun");
      return runProgram(await interpreters.take(), dedent(code), { timeout: 1000 * timeout, signal });
    },
    dispose: () => interpreters.dispose(),
  };
}
