import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TensorMaker, writeBfloat16Shards } from "../../kernel-lib/checkpoint/bfloat16";
import { openTensorFolder } from "../../kernel-lib/checkpoint/shards";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bfloat16-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A tensor whose elements are 0, 1, 2, … modulo 256, all of which bfloat16 holds. */
function counting(name: string, ...shape: number[]): TensorMaker {
  let next = 0;
  const fill = (block: Float32Array): void => {
    for (let i = 0; i < block.length; i++) block[i] = next++ % 256;
  };
  return { name, shape, fill };
}

describe("a checkpoint written in bfloat16", () => {
  it("rounds as torch does", async () => {
    const given = [1.00390625, 1.01171875, 3.14159274, -0, Infinity, NaN, 3.4028234663852886e38, 1e-40, 0.1];
    // torch.tensor(given).to(torch.bfloat16).float()
    const torch = [1, 1.015625, 3.140625, -0, Infinity, NaN, Infinity, 9.183549615799121e-41, 0.10009765625];
    await writeBfloat16Shards(folder, [{ name: "w", shape: [3, 3], fill: (block) => block.set(given) }]);
    const { data, shape } = await (await openTensorFolder(folder)).read("w");
    expect(shape).toEqual([3, 3]);
    expect([...data]).toEqual(torch);
  });

  it("is cut into files of the size that is wanted, with their index", async () => {
    const tensors = [counting("a", 6), counting("b", 2, 5), counting("c", 3), counting("d", 0)];
    await writeBfloat16Shards(folder, tensors, { shardBytes: 24 });
    expect(await readdir(folder)).toEqual([
      "model-00001-of-00003.safetensors",
      "model-00002-of-00003.safetensors",
      "model-00003-of-00003.safetensors",
      "model.safetensors.index.json",
    ]);
    const index = JSON.parse(await readFile(join(folder, "model.safetensors.index.json"), "utf8"));
    expect(index).toEqual({
      metadata: { total_size: 38 },
      weight_map: {
        a: "model-00001-of-00003.safetensors",
        b: "model-00002-of-00003.safetensors",
        c: "model-00003-of-00003.safetensors",
        d: "model-00003-of-00003.safetensors",
      },
    });
    const source = await openTensorFolder(folder);
    expect(await source.read("b")).toEqual({
      shape: [2, 5],
      data: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    });
    expect((await source.read("d")).data).toHaveLength(0);
  });

  it("holds tensors larger than what is made at a time", async () => {
    await writeBfloat16Shards(folder, [counting("large", 3, 1_000_000)]);
    const { data } = await (await openTensorFolder(folder)).read("large");
    expect(data.findIndex((value, i) => value !== i % 256)).toBe(-1);
  });

  it("leaves no half file when it is stopped", async () => {
    const stopped = writeBfloat16Shards(folder, [counting("a", 4)], { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toThrow("stopped on request");
    expect(await readdir(folder)).toEqual([]);
  });
});
