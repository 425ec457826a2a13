import { totalmem } from "node:os";
import { tf } from "../engine/tf";
import type { ModelConfig } from "../model/config";
import { parameterCount, parameterSpecs } from "../model/parameters";
import { sizeOf } from "./header";

/** What WebAssembly addresses at most, less an eighth for thoughts and for what lies scattered between tensors. */
const WASM_ROOM = (4 * 2 ** 30 * 7) / 8;

/** Bytes that the weights of a model take on a backend, once it has run. */
export function weightBytes(config: ModelConfig, backend: string): number {
  return parameterSpecs(config).reduce((sum, { kind, shape }) => {
    // the wasm backend keeps what it multiplies by a second time, packed for its kernels
    const copies = backend === "wasm" && kind === "linear" ? 2 : 1;
    return sum + copies * 4 * sizeOf(shape);
  }, 0);
}

/** What a check of memory holds a model against; left out, it is what is the case here. */
export interface Memory {
  /** What messages call the checkpoint. */
  from: string;
  /** As TensorFlow.js calls it. */
  backend?: string;
  /** Bytes of all tensors there are. */
  taken?: number;
  /** Bytes of the machine, or of the part of it that this process may use. */
  machine?: number;
}

/** @throws if the weights of a model do not fit beside what the backend already holds */
export function checkMemory(
  config: ModelConfig,
  { from, backend = tf.getBackend(), taken = tf.memory().numBytes, machine = machineBytes() }: Memory,
): void {
  const wanted = weightBytes(config, backend);
  const wasm = backend === "wasm";
  // other agents' weights may be packed as well by the time they have run
  const left = wasm ? Math.min(WASM_ROOM, machine) - 2 * taken : machine - taken;
  if (wanted <= left) return;
  const numbers = parameterCount(config).toLocaleString("en-US");
  const place = wasm
    ? "the wasm backend (which keeps linear layers twice, and addresses 4 GB at most)"
    : `the ${backend} backend`;
  throw new Error(
    `${from}: its ${numbers} numbers take ${gigabytes(wanted)} on ${place}, where ${gigabytes(Math.max(0, left))} ` +
      `${taken > 0 ? "are left beside the tensors there are" : "fit"}. ` +
      `Try ${wasm ? "the tfjs-node backend (npx recursivemas doctor says what it lacks), or a" : "a machine with more memory, or a"} smaller model.`,
  );
}

function machineBytes(): number {
  // 0 where there is no limit, or an impossible one
  const allowed = process.constrainedMemory?.() ?? 0;
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
