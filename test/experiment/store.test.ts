import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { resultFile, stored } from "../../kernel-lib/experiment/store";

let folder = "";
const key = { name: "Depth sweep", config: { seed: 7, rounds: [1, 2] } };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "store-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a result is computed once and read afterwards", async () => {
  const compute = vi.fn(async () => ({ accuracy: [0.31, 0.65] }));
  const lines: string[] = [];
  const options = { folders: [folder], announce: (line: string) => lines.push(line) };
  const first = await stored(key, compute, options);
  const second = await stored(key, compute, options);
  expect(compute).toHaveBeenCalledTimes(1);
  expect(first).toMatchObject({ value: { accuracy: [0.31, 0.65] }, cached: false });
  expect(second).toMatchObject({ value: { accuracy: [0.31, 0.65] }, cached: true });
  expect(second.provenance).toEqual(first.provenance);
  expect(first.provenance.seed).toBe(7);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^Depth sweep: cached, made on \d{4}-\d\d-\d\d by /);
});

test("the file holds key, value and provenance, and nothing else lies beside it", async () => {
  await stored(key, () => 42, { folders: [folder] });
  expect(await readdir(folder)).toEqual([resultFile(key)]);
  const content = JSON.parse(await readFile(join(folder, resultFile(key)), "utf8"));
  expect(content).toMatchObject({ key, value: 42, provenance: { seed: 7 } });
});

test("the order of the key's fields does not matter, its values do", () => {
  expect(resultFile({ name: "a", config: { x: 1, y: 2 } })).toBe(
    resultFile({ config: { y: 2, x: 1 }, name: "a" }),
  );
  expect(resultFile({ name: "a", config: { x: 1 } })).not.toBe(resultFile({ name: "a", config: { x: 2 } }));
  expect(resultFile({ name: "a", config: {}, dataVersion: "2" })).not.toBe(
    resultFile({ name: "a", config: {} }),
  );
});

test("numbers that JSON cannot write survive, in computed and in read results alike", async () => {
  const losses = [0.5, Number.NaN, Number.POSITIVE_INFINITY];
  const compute = () => ({ losses, weights: new Float32Array([0.5, 2]) });
  const first = await stored(key, compute, { folders: [folder] });
  const second = await stored(key, compute, { folders: [folder], announce: null });
  expect(first.value).toEqual({ losses, weights: [0.5, 2] });
  expect(second.value).toEqual(first.value);
});

test("fresh computes again and replaces the result", async () => {
  await stored(key, () => 1, { folders: [folder] });
  expect(await stored(key, () => 2, { folders: [folder], fresh: true })).toMatchObject({
    value: 2,
    cached: false,
  });
  expect(await stored(key, () => 3, { folders: [folder], announce: null })).toMatchObject({
    value: 2,
    cached: true,
  });
});

test("RECURSIVEMAS_FRESH=1 does the same", async () => {
  await stored(key, () => 1, { folders: [folder] });
  vi.stubEnv("RECURSIVEMAS_FRESH", "1");
  const again = await stored(key, () => 2, { folders: [folder] });
  vi.unstubAllEnvs();
  expect(again.value).toBe(2);
});

test("a shipped result answers when the first folder has none, and new ones go to the first", async () => {
  const shipped = join(folder, "shipped");
  const own = join(folder, "own");
  await stored(key, () => "shipped", { folders: [shipped] });
  const found = await stored(key, () => "computed", { folders: [own, shipped], announce: null });
  const fresh = await stored(key, () => "computed", { folders: [own, shipped], fresh: true });
  expect(found).toMatchObject({ value: "shipped", cached: true });
  expect(fresh.file).toBe(join(own, resultFile(key)));
});

test.each([
  ["cut off", '{"key": {"name"'],
  ["without a value", '{"key": {}, "provenance": {}}'],
  ["of another key", '{"key": {"name": "other"}, "value": 1, "provenance": {}}'],
])("a file that is %s is reported with its name and the remedy", async (_, text) => {
  const file = join(folder, resultFile(key));
  await writeFile(file, text);
  const reading = stored(key, () => 1, { folders: [folder] });
  await expect(reading).rejects.toThrow(file);
  await expect(stored(key, () => 1, { folders: [folder] })).rejects.toThrow(/damaged .*fresh: true/);
  expect(await readFile(file, "utf8")).toBe(text);
});

test("a key that is not data is refused before anything is computed", async () => {
  const compute = vi.fn(() => 1);
  const bad = { name: "a", config: { task: () => 1 } };
  await expect(stored(bad, compute, { folders: [folder] })).rejects.toThrow(
    /value\.config\.task is a function/,
  );
  expect(compute).not.toHaveBeenCalled();
});

test("a failed computation leaves nothing behind", async () => {
  const failing = stored(key, () => Promise.reject(new Error("diverged")), { folders: [folder] });
  await expect(failing).rejects.toThrow("diverged");
  expect(await readdir(folder)).toEqual([]);
});
