import { dirname, sep } from "node:path";
import { checkVariable } from "./check";
import { tf } from "./tf";

/**
 * The backends that can run here, fastest first, as large matrices have it. With agents of 0.1 M parameters the
 * order of tfjs-node and wasm is the other way round: an operation costs wasm a fifth of what it costs tfjs-node.
 */
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
    checkVariable("RECURSIVEMAS_BACKEND", wanted, BACKENDS);
    const name = wanted as BackendName;
    const failure = await load(name);
    if (failure) {
      throw new Error(
        `RECURSIVEMAS_BACKEND asks for ${name}, which does not load: ${failure}. ` +
          "Try without the variable: the fastest that loads is taken.",
      );
    }
    return { name, reason: "named by RECURSIVEMAS_BACKEND" };
  }
  const failures: string[] = [];
  for (const name of BACKENDS) {
    const failure = await load(name);
    if (!failure) return { name, reason: failures.length ? failures.join("; ") : "the fastest there is" };
    failures.push(`${name}: ${failure}`);
  }
  throw new Error(
    `no TensorFlow.js backend loads here (${failures.join("; ")}). Try "npm ci", which installs them again.`,
  );
}

/** Loads a backend; returns why it could not, or undefined. */
async function load(name: BackendName): Promise<string | undefined> {
  try {
    await start(name);
    return undefined;
  } catch (error) {
    if (isNative(name)) withdrawNative();
    return brief(error);
  }
}

async function start(name: BackendName): Promise<void> {
  const before = FATAL.map((event) => process.listeners(event as "uncaughtException"));
  try {
    await startPackage(name);
  } finally {
    FATAL.forEach((event, i) => {
      const added = process
        .listeners(event as "uncaughtException")
        .filter((one) => !before[i]!.includes(one));
      for (const listener of added) process.off(event, listener);
    });
  }
}

/** tfjs-backend-wasm listens to these and throws again, which ends any process whose own listener would go on. */
const FATAL = ["uncaughtException", "unhandledRejection"] as const;

async function startPackage(name: BackendName): Promise<void> {
  if (isNative(name)) {
    restoreRemovedUtil();
    require(`@tensorflow/${name}`);
  } else if (name === "wasm") {
    const wasm = require("@tensorflow/tfjs-backend-wasm") as typeof import("@tensorflow/tfjs-backend-wasm");
    wasm.setWasmPaths(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")) + sep);
  }
  if (!(await tf.setBackend(isNative(name) ? NATIVE : name))) throw new Error("it did not start");
  await tf.ready();
  // the GPU package computes on the CPU where it finds no GPU, as tfjs-node does
  if (name === "tfjs-node-gpu" && !(tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice)
    throw new Error("it finds no GPU");
}

/** What both native packages call their backend. */
const NATIVE = "tensorflow";
const isNative = (name: BackendName): boolean => name.startsWith("tfjs-node");

/** Takes back what a native package registered before it failed, or the next would find its backend's name taken. */
function withdrawNative(): void {
  if (tf.engine().backendNames().includes(NATIVE)) tf.removeBackend(NATIVE);
  for (const { kernelName } of tf.getKernelsForBackend(NATIVE)) tf.unregisterKernel(kernelName, NATIVE);
}

function brief(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/Cannot find (module|package) '@tensorflow/.test(message)) return "not installed";
  if (/tfjs_binding\.node\) can not be found/.test(message)) return "installed without its binary";
  return message.split("\n")[0]!;
}

/** tfjs-node 4.22 calls two functions of which Node 22 warns and which Node 23 removed. */
function restoreRemovedUtil(): void {
  const util = require("node:util") as Record<string, unknown>;
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
}
