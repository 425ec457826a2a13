import { dirname, sep } from "node:path";
import * as util from "node:util";
import { tf } from "./tf";

/** The backends that can run here, fastest first. */
export const BACKENDS = ["tfjs-node-gpu", "tfjs-node", "wasm", "cpu"] as const;
export type BackendName = (typeof BACKENDS)[number];

/** Which backend computes, and why that one. */
export interface BackendChoice {
  name: BackendName;
  /** One sentence: what was asked for, or what the faster ones lacked. */
  reason: string;
}

let chosen: Promise<BackendChoice> | undefined;

/**
 * Chooses the fastest backend that works here, once per process: tfjs-node-gpu, tfjs-node, wasm, cpu.
 * `RECURSIVEMAS_BACKEND` names one outright.
 *
 * @throws if the named backend does not exist or cannot be loaded
 * @example (await ready()).name // "wasm"
 */
export function ready(): Promise<BackendChoice> {
  chosen ??= choose(process.env.RECURSIVEMAS_BACKEND);
  return chosen;
}

async function choose(wanted: string | undefined): Promise<BackendChoice> {
  if (wanted) {
    const name = BACKENDS.find((candidate) => candidate === wanted);
    if (!name) throw new Error(`RECURSIVEMAS_BACKEND is "${wanted}"; it can be ${BACKENDS.join(", ")}.`);
    const failure = await load(name);
    if (failure) throw new Error(`RECURSIVEMAS_BACKEND asks for ${name}, which does not load: ${failure}`);
    return { name, reason: "named by RECURSIVEMAS_BACKEND" };
  }
  const failures: string[] = [];
  for (const name of BACKENDS) {
    const failure = await load(name);
    if (!failure) return { name, reason: failures.length ? failures.join("; ") : "the fastest there is" };
    failures.push(`${name}: ${failure}`);
  }
  throw new Error(`no TensorFlow.js backend loads here (${failures.join("; ")}). Try "npm ci".`);
}

/** Loads a backend; returns why it could not, or undefined. */
async function load(name: BackendName): Promise<string | undefined> {
  try {
    if (name === "tfjs-node-gpu" || name === "tfjs-node") {
      restoreRemovedUtil();
      require(`@tensorflow/${name}`);
      if (!(await tf.setBackend("tensorflow"))) return "it did not start";
    } else if (name === "wasm") {
      const wasm = require("@tensorflow/tfjs-backend-wasm") as typeof import("@tensorflow/tfjs-backend-wasm");
      wasm.setWasmPaths(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")) + sep);
      if (!(await tf.setBackend("wasm"))) return "it did not start";
    } else if (!(await tf.setBackend("cpu"))) return "it did not start";
    await tf.ready();
    return undefined;
  } catch (error) {
    return brief(error);
  }
}

function brief(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/Cannot find (module|package) '@tensorflow/.test(message)) return "not installed";
  return message.split("\n")[0]!;
}

/** tfjs-node 4.22 calls two functions that Node 23 removed. */
function restoreRemovedUtil(): void {
  const old = util as unknown as Record<string, unknown>;
  const target = require("node:util") as Record<string, unknown>;
  if (!old.isNullOrUndefined)
    target.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  if (!old.isArray) target.isArray = Array.isArray;
}
