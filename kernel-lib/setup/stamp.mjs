// Stamps: a file that says for which inputs a setup step was last done.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { textOf } from "./run.mjs";

/**
 * @param {readonly (string | Uint8Array)[]} parts
 * @returns {string} the same for the same parts in the same order, and for nothing else
 */
export function fingerprint(parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest("hex");
}

/**
 * @param {string} folder
 * @param {string} ending
 * @returns {string[]} paths of all files below `folder` with that ending, sorted
 */
export function filesBelow(folder, ending) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** @param {readonly string[]} paths @returns {string} changes when a file's name or content does */
export function fingerprintOfFiles(paths) {
  return fingerprint(paths.flatMap((path) => [path, readFileSync(path)]));
}

/** @param {string} path @param {string} mark */
export function isStamped(path, mark) {
  return textOf(path).trim() === mark;
}

/** @param {string} path @param {string} mark */
export function stamp(path, mark) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.tmp`, `${mark}\n`);
  renameSync(`${path}.tmp`, path);
}
