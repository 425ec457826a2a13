// Child processes for the setup scripts: announced in one line, quiet unless they fail, and stopped by Ctrl-C.
import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname } from "node:path";

/** A failure whose message is the whole story: what is wrong and what to do about it. */
export class SetupError extends Error {
  /** @override */
  name = "SetupError";
}

/** @param {string} line */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * Runs a program that talks to the person directly.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} its exit code; 128 + n when signal n ended it
 */
export async function runLoud(command, args, options = {}) {
  return (await finished(spawn(command, args, { ...options, stdio: "inherit" }))).code;
}

/**
 * Runs a program whose output only matters when it fails: it goes to the end of the log.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, log: string, shell?: boolean }} options
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function runQuiet(command, args, { log, ...options }) {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const { code, stopped } = await finished(child).catch((/** @type {Error} */ error) => {
    output += error.message;
    return { code: 127, stopped: false };
  });
  mkdirSync(dirname(log), { recursive: true });
  appendFileSync(log, `$ ${[command, ...args].join(" ")}\n${output}\n`);
  if (stopped) throw new SetupError("Stopped. Try the same command again to go on.");
  return { code, output };
}

/** Starts a log afresh; it holds the newest setup only. @param {string} log */
export function clearLog(log) {
  mkdirSync(dirname(log), { recursive: true });
  writeFileSync(log, "");
}

/** @param {string} path @returns {string} the file's text, or "" when there is none */
export function textOf(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** @param {import("node:child_process").ChildProcess} child @returns {Promise<{ code: number, stopped: boolean }>} */
function finished(child) {
  let stopped = false;
  const interrupt = () => {
    stopped = true;
    // A terminal sends Ctrl-C to the child as well; sent twice, JupyterLab would not ask before it stops.
    if (!process.stdin.isTTY) child.kill("SIGINT");
  };
  const terminate = () => {
    stopped = true;
    child.kill("SIGTERM");
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", terminate);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ code: code ?? 128 + constants.signals[signal ?? "SIGTERM"], stopped });
    });
  }).finally(() => {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", terminate);
  });
}
