import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeSafetensors } from "../../kernel-lib/checkpoint/safetensors";
import { openTensorFolder } from "../../kernel-lib/checkpoint/shards";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "shards-"));
});
afterEach(() => rm(folder, { recursive: true }));

const tensor = (...values: number[]) => ({ shape: [values.length], data: Float32Array.from(values) });
const shard = (name: string, tensors: Parameters<typeof writeSafetensors>[1]) =>
  writeSafetensors(join(folder, name), tensors);
const index = (weightMap: unknown) =>
  writeFile(join(folder, "model.safetensors.index.json"), JSON.stringify({ weight_map: weightMap }));

it("reads tensors from the shards that the index names", async () => {
  await shard("one.safetensors", { b: tensor(1, 2), stray: tensor(0) });
  await shard("two.safetensors", { a: tensor(3) });
  await index({ a: "two.safetensors", b: "one.safetensors" });
  const tensors = await openTensorFolder(folder);
  expect(tensors.names).toEqual(["a", "b"]);
  expect(tensors.shapeOf("b")).toEqual([2]);
  expect(await tensors.read("a")).toEqual(tensor(3));
  expect(await tensors.read("b")).toEqual(tensor(1, 2));
});

it("reads the single file when there is no index", async () => {
  await shard("model.safetensors", { a: tensor(4) });
  const tensors = await openTensorFolder(folder);
  expect(await tensors.read("a")).toEqual(tensor(4));
  await expect(tensors.read("b")).rejects.toThrow('no tensor "b"');
});

it("names what is missing", async () => {
  await expect(openTensorFolder(folder)).rejects.toThrow("has neither model.safetensors nor");
  await index({ a: "one.safetensors" });
  await expect(openTensorFolder(folder)).rejects.toThrow("names the shard one.safetensors, which is not in");
  await shard("one.safetensors", { b: tensor(1) });
  await expect(openTensorFolder(folder)).rejects.toThrow(
    'places "a" in one.safetensors, which does not have it',
  );
});

it("refuses an index that is empty or reaches outside the folder", async () => {
  await index({});
  await expect(openTensorFolder(folder)).rejects.toThrow('has no "weight_map"');
  await index({ a: "../secret.safetensors" });
  await expect(openTensorFolder(folder)).rejects.toThrow("not a plain file name");
});
