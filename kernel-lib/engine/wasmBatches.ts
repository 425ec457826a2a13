import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { tf } from "./tf";

// The wasm backend multiplies a batch of one matrix fast, and larger batches in a plain loop, 5 to 10 times slower.
// Here each pair of a batch is shown to the fast kernel as a batch of one: no copy, three numbers in the heap.

/** Ids of the tensors that a product reads and writes, far above those that the backend gives. */
const [LEFT, RIGHT, RESULT] = [2 ** 30, 2 ** 30 + 1, 2 ** 30 + 2] as const;

/** Multiply-adds per matrix from which the fast kernel's fixed cost pays. */
const WORTHWHILE = 4096;

const NAME = "RecursiveMASWasmBatches";
type Multiply = (
  a: number,
  aShape: Uint8Array,
  aRank: number,
  b: number,
  bShape: Uint8Array,
  bRank: number,
  transposeA: boolean,
  transposeB: boolean,
  out: number,
) => void;
const wrapped = new WeakMap<BackendWasm, Multiply>();

tf.registerKernel({
  kernelName: NAME,
  backendName: "wasm",
  kernelFunc: ({ inputs, backend }) => {
    const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    return multiplyEach(backend as BackendWasm, a, b);
  },
});

/**
 * The product of two batches of matrices, where that is faster on the wasm backend; else undefined, also for what
 * is no plain product of equal batches, so that `tf.matMul` deals with it.
 *
 * @param a `[..., n, k]`
 * @param b `[..., k, m]`, of the same leading shape
 */
export function multiplyBatches(a: tf.Tensor, b: tf.Tensor): tf.Tensor | undefined {
  if (tf.getBackend() !== "wasm" || a.dtype !== "float32" || b.dtype !== "float32") return undefined;
  const [leading, inner] = [a.shape.slice(0, -2), a.shape.at(-1)];
  if (inner !== b.shape.at(-2) || leading.join() !== b.shape.slice(0, -2).join()) return undefined;
  const work = inner! * a.shape.at(-2)! * b.shape.at(-1)!;
  if (work < WORTHWHILE || tf.util.sizeFromShape(leading) < 2) return undefined;
  return tf.engine().runKernel(NAME, { a, b }) as tf.Tensor;
}

function multiplyEach(backend: BackendWasm, a: tf.TensorInfo, b: tf.TensorInfo): tf.TensorInfo {
  const [n, k] = a.shape.slice(-2) as [number, number];
  const m = b.shape.at(-1)!;
  const leading = a.shape.slice(0, -2);
  const out = backend.makeOutput([...leading, n, m], "float32");
  const { tfjs } = backend.wasm;
  const [aShape, bShape] = [bytesOf([1, n, k]), bytesOf([1, k, m])];
  const multiply = multiplierOf(backend);
  const places = [
    { id: LEFT, size: n * k, start: backend.getMemoryOffset(a.dataId) },
    { id: RIGHT, size: k * m, start: backend.getMemoryOffset(b.dataId) },
    { id: RESULT, size: n * m, start: backend.getMemoryOffset(out.dataId) },
  ];
  for (let i = 0; i < tf.util.sizeFromShape(leading); i++) {
    for (const { id, size, start } of places) tfjs.registerTensor(id, size, start + 4 * i * size);
    multiply(LEFT, aShape, 3, RIGHT, bShape, 3, false, false, RESULT);
    // forgets the place, and what the kernel prepared for its right factor, but frees no memory
    for (const { id } of places) tfjs.disposeData(id);
  }
  return out;
}

function multiplierOf(backend: BackendWasm): Multiply {
  let multiply = wrapped.get(backend);
  if (!multiply) {
    const types = ["number", "array", "number", "number", "array", "number", "number", "number", "number"];
    const { wasm } = backend as unknown as {
      wasm: { cwrap(name: string, result: null, types: string[]): Multiply };
    };
    multiply = wasm.cwrap("BatchMatMul", null, types);
    wrapped.set(backend, multiply);
  }
  return multiply;
}

const bytesOf = (shape: readonly number[]): Uint8Array => new Uint8Array(Int32Array.from(shape).buffer);
