import { beforeAll, describe, expect, it, vi } from "vitest";
import { ready } from "../../kernel-lib/engine/backend";
import { matmul } from "../../kernel-lib/engine/matmul";
import { tf } from "../../kernel-lib/engine/tf";
import { multiplyBatches } from "../../kernel-lib/engine/wasmBatches";
import { expectGradients } from "../support/finiteDifferences";
import { expectClose, noise, tensorsLeftBy } from "../support/tensors";

beforeAll(async () => {
  vi.stubEnv("RECURSIVEMAS_BACKEND", "wasm");
  await ready();
});

/** Sums of products in double precision. */
async function byHand(a: tf.Tensor4D, b: tf.Tensor4D): Promise<number[]> {
  const [left, right] = [await a.array(), await b.array()];
  return left.flatMap((group, i) =>
    group.flatMap((rows, j) =>
      rows.flatMap((row) =>
        right[i]![j]![0]!.map((_, column) =>
          row.reduce((sum, x, k) => sum + x * right[i]![j]![k]![column]!, 0),
        ),
      ),
    ),
  );
}

describe("batches of products on wasm", () => {
  it.each([
    { n: 20, k: 17, m: 13 },
    { n: 1, k: 100, m: 64 },
    { n: 33, k: 128, m: 1 },
  ])("are the sums of products for $n × $k by $k × $m", async ({ n, k, m }) => {
    const [a, b] = [noise<tf.Tensor4D>("a", [3, 2, n, k]), noise<tf.Tensor4D>("b", [3, 2, k, m])];
    const product = multiplyBatches(a, b);
    expect(product?.shape).toEqual([3, 2, n, m]);
    await expectClose(product!, await byHand(a, b), 2e-5);
  });

  it("serve matmul, with its gradients", async () => {
    const [a, b] = [noise("a", [2, 16, 16]), noise("b", [2, 16, 16])];
    const { kernels } = await tf.profile(() => matmul(a, b, { transposeB: true }));
    expect(kernels.map(({ name }) => name)).toContain("RecursiveMASWasmBatches");
    await expectGradients((x, y) => matmul(x!, y!, { transposeB: true }), [a, b]);
  });

  it("read each time what is in their inputs now", async () => {
    const a = noise<tf.Tensor4D>("a", [2, 1, 16, 16]);
    for (const name of ["first", "second", "third"]) {
      const b = noise<tf.Tensor4D>(name, [2, 1, 16, 16]);
      const product = multiplyBatches(a, b)!;
      await expectClose(product, await byHand(a, b), 2e-5);
      tf.dispose([b, product]); // the next b gets the same memory
    }
  });

  it("leave their result only, and the heap as large as it was", async () => {
    const [a, b] = [noise("a", [8, 32, 32]), noise("b", [8, 32, 32])];
    expect(await tensorsLeftBy(() => multiplyBatches(a, b))).toBe(1);
    const heap = (): number =>
      (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.length;
    const before = heap();
    // 8 prepared factors of 4 kB each time: 64 MB if they stayed
    for (let i = 0; i < 2000; i++) multiplyBatches(a, b)!.dispose();
    expect(heap()).toBe(before);
  });

  it.each([
    ["one matrix", [1, 40, 40], [1, 40, 40]],
    ["small matrices", [9, 4, 4], [9, 4, 4]],
    ["other inner widths", [2, 40, 40], [2, 50, 40]],
    ["other batches", [2, 40, 40], [3, 40, 40]],
  ])("leave %s to TensorFlow.js", (_, shapeA, shapeB) => {
    expect(multiplyBatches(noise("a", shapeA), noise("b", shapeB))).toBeUndefined();
  });

  it("leave shapes that do not fit to its error", () => {
    const [a, b] = [noise("a", [2, 40, 40]), noise("b", [2, 50, 40])];
    expect(() => matmul(a, b)).toThrow("inner shapes (40) and (50)");
  });
});
