import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { KERNEL_NAME, type KernelSpec } from "../kernel/spec";
import { type Check, fail, ok, warn } from "./check";
import { capture } from "./child";
import { isNewEnough } from "./doctorNode";
import { type JupyterPython, setupScript } from "./python";

/** The kernelspec that this Jupyter would use, with every path in it; `entry` is this installation's kernel. */
export async function checkKernel(
  python: JupyterPython,
  { entry, nodeVersion = askVersion }: { entry: string; nodeVersion?: (node: string) => Promise<string> },
): Promise<Check> {
  const path = firstKernelSpec(python);
  const fix = registerAgain(python, path);
  if (!path) return fail("kernel", `${KERNEL_NAME} is not registered with this Jupyter`, fix);
  const spec = parseSpec(readFileSync(path, "utf8"));
  if (!spec) return fail("kernel", `${path} is not a kernelspec`, fix);
  const broken = brokenPaths(spec.argv);
  if (broken.length) return fail("kernel", `${path} names ${broken.join(", ")}, which is gone`, fix);
  const [node = "", main = ""] = spec.argv;
  const version = await nodeVersion(node).catch(() => "it does not run");
  if (!isNewEnough(version)) return fail("kernel", `${path} names Node ${node}: ${version}`, fix);
  const doubts = doubtsOf(spec, { main, entry });
  return doubts.length ? warn("kernel", `${path} ${doubts.join(", and ")}`, fix) : ok("kernel", path);
}

/** The `kernel.json` that this Jupyter takes; undefined when it knows no kernel of ours. */
export function firstKernelSpec({ kernelFolders }: JupyterPython): string | undefined {
  return kernelFolders
    .map((folder) => join(folder, KERNEL_NAME, "kernel.json"))
    .find((file) => existsSync(file));
}

function doubtsOf(spec: KernelSpec, { main, entry }: { main: string; entry: string }): string[] {
  const doubts = [];
  if (isAbsolute(main) && realpathSync(main) !== real(entry))
    doubts.push(`starts another installation, ${main}`);
  if (spec.interrupt_mode !== "message") doubts.push("lets the stop button reach no cell that awaits");
  return doubts;
}

function real(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

/** Asks a Node for its version, such as "22.20.0". */
async function askVersion(node: string): Promise<string> {
  const { stdout } = await capture(node, ["--version"]);
  return stdout.trim().replace(/^v/, "");
}

/**
 * The command that writes the kernelspec where this Jupyter looks first: over the old one, for a new one elsewhere
 * might stay in its shadow.
 */
export function registerAgain(python: JupyterPython, old: string | undefined): string {
  const run = `run npx recursivemas install --python "${python.executable}"`;
  if (!old) return python.prefixWritable ? run : `${run} --user`;
  const data = resolve(dirname(old), "..", "..");
  if (data === python.userFolder) return `${run} --user`;
  if (data === join(python.prefix, "share", "jupyter")) return run;
  const prefix = resolve(data, "..", "..");
  if (data === join(prefix, "share", "jupyter")) return `run npx recursivemas install --prefix "${prefix}"`;
  return `delete ${dirname(old)}, then ${run}`;
}

/** The content of a kernel.json, undefined when it does not say how to start a kernel. */
export function parseSpec(kernelJson: string): KernelSpec | undefined {
  try {
    const spec = JSON.parse(kernelJson) as Partial<KernelSpec> | null;
    const argv: unknown = spec?.argv;
    const starts = Array.isArray(argv) && argv.every((part) => typeof part === "string");
    return starts && argv.includes("{connection_file}") ? (spec as KernelSpec) : undefined;
  } catch {
    return undefined;
  }
}

/** The absolute paths in a kernelspec's command that do not exist. */
export function brokenPaths(argv: readonly string[]): string[] {
  return argv.filter((part) => isAbsolute(part) && !existsSync(part));
}

interface RoundTrip {
  text: string | null;
  error: string | null;
  seconds: number;
}

/** Starts the kernel as JupyterLab would, and runs a cell in it. */
export async function checkRoundTrip(python: JupyterPython): Promise<Check> {
  const fix =
    'open a notebook and look at the messages of "npx recursivemas lab"; "npm ci" mends a broken installation';
  const { code, stdout, stderr } = await capture(python.executable, [
    setupScript("round_trip.py"),
    KERNEL_NAME,
    "1+1",
  ]);
  if (code !== 0) return fail("a cell", stderr.trim().split("\n").pop() || "the kernel did not start", fix);
  const { text, error, seconds } = JSON.parse(stdout) as RoundTrip;
  if (text === "2")
    return ok("a cell", `1+1 gives 2, ${seconds.toFixed(1)} s with starting and stopping the kernel`);
  return fail("a cell", error ?? `1+1 gives ${text ?? "nothing"}`, fix);
}
