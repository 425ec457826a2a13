import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  filesBelow,
  fingerprint,
  fingerprintOfFiles,
  isStamped,
  stamp,
} from "../../kernel-lib/setup/stamp.mjs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stamp-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("gives the same fingerprint to the same parts only", () => {
  expect(fingerprint(["a", "bc"])).toBe(fingerprint(["a", "bc"]));
  expect(fingerprint(["a", "bc"])).not.toBe(fingerprint(["ab", "c"]));
  expect(fingerprint(["a", "b"])).not.toBe(fingerprint(["b", "a"]));
});

it("holds until a file's content changes, not its date", () => {
  const file = join(folder, "source.ts");
  const done = join(folder, "deep", ".stamp");
  writeFileSync(file, "1");
  expect(isStamped(done, fingerprintOfFiles([file]))).toBe(false);
  stamp(done, fingerprintOfFiles([file]));
  writeFileSync(file, "1");
  expect(isStamped(done, fingerprintOfFiles([file]))).toBe(true);
  writeFileSync(file, "2");
  expect(isStamped(done, fingerprintOfFiles([file]))).toBe(false);
});

it("finds files by their ending in every folder, sorted", () => {
  mkdirSync(join(folder, "b"));
  for (const name of ["z.ts", "a.js", "b/c.ts"]) writeFileSync(join(folder, name), "");
  expect(filesBelow(folder, ".ts")).toEqual([join(folder, "b", "c.ts"), join(folder, "z.ts")]);
});
