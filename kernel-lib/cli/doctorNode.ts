import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Check, fail, messageOf, ok, warn } from "./check";

/** Node 20.19 is the first that can `require` an ES module, which two dependencies are. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 20 || (major === 20 && minor >= 19);
}

export function checkNode(version: string): Check {
  if (isNewEnough(version)) return ok("Node", version);
  return fail("Node", `${version} is too old`, "install Node 20.19 or newer from https://nodejs.org");
}

/** What a notebook loads: the library, its declarations and the kernel. */
const BUILT = ["index.js", "recursivemas.d.ts", "kernel/main.js"];

export function checkBuild(root: string): Check {
  const files = BUILT.map((file) => join(root, "dist", ...file.split("/")));
  const gone = files.filter((file) => !existsSync(file));
  if (gone.length === 0) return ok("compiled library", join(root, "dist"));
  return fail("compiled library", `${gone.join(", ")} missing`, 'run "npm run build"');
}

/** The backend that a notebook would compute with, and a product that it computes. */
export async function checkBackend(wanted = process.env.RECURSIVEMAS_BACKEND): Promise<Check> {
  try {
    // Loaded here only: the other commands should not wait for TensorFlow.js.
    const { ready } = await import("../engine/backend.js");
    const { name, reason } = await ready();
    const product = await multiply();
    if (product.join() !== "19,22,43,50") {
      return fail("backend", `${name} computes ${product.join()} for 19,22,43,50`, backendFix(wanted));
    }
    const detail = `${name} (${reason}); a product of matrices is right`;
    if (name !== "cpu") return ok("backend", detail);
    return warn("backend", detail, `plain JavaScript is slow: ${backendFix(wanted)}`);
  } catch (error) {
    return fail("backend", messageOf(error), backendFix(wanted));
  }
}

async function multiply(): Promise<Float32Array | Int32Array | Uint8Array> {
  const { tf } = await import("../engine/tf.js");
  const product = tf.tidy(() =>
    tf.matMul(
      tf.tensor2d([
        [1, 2],
        [3, 4],
      ]),
      tf.tensor2d([
        [5, 6],
        [7, 8],
      ]),
    ),
  );
  const values = await product.data();
  product.dispose();
  return values;
}

/** @param wanted what RECURSIVEMAS_BACKEND says */
export function backendFix(wanted: string | undefined): string {
  if (wanted) return 'unset RECURSIVEMAS_BACKEND, or set it to "wasm"';
  return 'run "npm ci", which brings the WebAssembly backend';
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
