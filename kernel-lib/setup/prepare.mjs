// Makes a fresh clone ready to run, and does nothing when it is.
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, checkNode, installPackages } from "./node.mjs";
import { preparePython } from "./python.mjs";
import { clearLog, runQuiet, SetupError, say, textOf } from "./run.mjs";
import { fingerprint, isStamped, stamp } from "./stamp.mjs";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");
const LOG = join(ROOT, ".cache", "setup.log");

/** @param {{ tests?: boolean }} [options] `tests`: also what only `npm test` needs @returns {Promise<void>} */
export async function prepare(options) {
  checkNode(process.versions.node);
  clearLog(LOG);
  await installPackages(ROOT, LOG);
  await build(ROOT, LOG);
  await preparePython(ROOT, LOG, options);
  await registerKernel(ROOT, LOG);
}

/** @param {string} root @param {string} log */
async function registerKernel(root, log) {
  const prefix = join(root, ".venv");
  // The kernelspec names this Node and this folder: another of either makes it stale.
  const mark = fingerprint([root, process.execPath, textOf(join(root, "dist", "kernel", "spec.js"))]);
  const done = join(prefix, "kernel.stamp");
  if (
    isStamped(done, mark) &&
    existsSync(join(prefix, "share", "jupyter", "kernels", "recursivemas", "kernel.json"))
  )
    return;
  say("Registering the kernel with JupyterLab ...");
  const args = [join(root, "dist", "cli", "main.js"), "install", "--prefix", prefix];
  const { code, output } = await runQuiet(process.execPath, args, { cwd: root, log });
  if (code !== 0) {
    throw new SetupError(
      `${output.trim()}\nThe kernel could not be registered; details are in ${relative(root, log)}. Try "npx recursivemas doctor", which says what is wrong.`,
    );
  }
  stamp(done, mark);
}

/** Runs a script's body; a SetupError ends it with its sentence alone. @param {() => Promise<number>} body */
export async function main(body) {
  try {
    process.exitCode = await body();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}
