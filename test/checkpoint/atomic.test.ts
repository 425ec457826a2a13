import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeAtomic, writeFileAtomic } from "../../kernel-lib/checkpoint/atomic";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atomic-"));
});
afterEach(() => rm(folder, { recursive: true }));

it("writes text and bytes, replaces, and makes missing folders", async () => {
  const path = join(folder, "a/b/file.txt");
  await writeFileAtomic(path, "naïve ✓");
  expect(await readFile(path, "utf8")).toBe("naïve ✓");
  await writeFileAtomic(path, new Uint8Array([1, 2, 3]));
  expect([...(await readFile(path))]).toEqual([1, 2, 3]);
  expect(await readdir(join(folder, "a/b"))).toEqual(["file.txt"]);
});

it("keeps the old file and leaves nothing behind when writing fails", async () => {
  const path = join(folder, "file.txt");
  await writeFile(path, "old");
  const failing = writeAtomic(path, async (file) => {
    await file.writeFile("half of the n");
    throw new Error("disk full");
  });
  await expect(failing).rejects.toThrow("disk full");
  expect(await readFile(path, "utf8")).toBe("old");
  expect(await readdir(folder)).toEqual(["file.txt"]);
});

it("leaves nothing behind when the place is a folder", async () => {
  await mkdir(join(folder, "taken/inside"), { recursive: true });
  await expect(writeFileAtomic(join(folder, "taken"), "x")).rejects.toThrow();
  expect(await readdir(folder)).toEqual(["taken"]);
});
