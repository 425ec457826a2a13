import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Check, fail, ok, warn } from "./check";

/** Node 20.19 is the first that can `require` an ES module, which two dependencies are. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return ok("Node", version);
  return fail("Node", `${version} is too old`, "install Node 20.19 or newer from https://nodejs.org");
}

export function checkBuild(root: string): Check {
  const entry = join(root, "dist", "index.js");
  if (existsSync(entry)) return ok("compiled library", entry);
  return fail("compiled library", `${entry} is missing`, 'run "npm run build"');
}

/** The backend that a notebook would compute with. */
export async function checkBackend(): Promise<Check> {
  try {
    // Loaded here only: the other commands should not wait for TensorFlow.js.
    const { ready } = await import("../engine/backend.js");
    const { name, reason } = await ready();
    const detail = `${name} (${reason})`;
    if (name !== "cpu") return ok("backend", detail);
    return warn("backend", detail, 'plain JavaScript is slow: "npm ci" brings the WebAssembly backend');
  } catch (error) {
    return fail("backend", messageOf(error), 'run "npm ci"; unset RECURSIVEMAS_BACKEND if it is set');
  }
}

/** Whether results and figures can be written beside the notebooks. */
export async function checkWritable(folder: string): Promise<Check> {
  try {
    const trial = await mkdtemp(join(folder, ".recursivemas-"));
    await writeFile(join(trial, "trial.tmp"), "1");
    await rm(trial, { recursive: true });
    return ok("folder", `${folder} can be written`);
  } catch (error) {
    return fail(
      "folder",
      messageOf(error),
      "run from a folder of yours, or give yourself the right to write there",
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.split("\n")[0]! : String(error);
}
