import type { Command } from "commander";
import { packageRoot } from "../engine/packageRoot";
import { type Check, formatCheck } from "./check";
import { checkBackend, checkBuild, checkNode, checkWritable } from "./doctorNode";
import { checkExtension, checkKernel, checkLab, checkPython, checkRoundTrip } from "./doctorPython";
import { CliError } from "./failure";
import { notebookFolder } from "./lab";
import { describeJupyter, findJupyter, type JupyterPython, jupyterCandidates } from "./python";

interface Options {
  json?: boolean;
  python?: string;
}

/** `recursivemas doctor`: what works here, what does not, and what to do about it. */
export function register(program: Command): void {
  program
    .command("doctor")
    .description("check Node, the backend, Python, JupyterLab and the kernel, ending with a real cell")
    .option("--json", "print the checks as JSON")
    .option("--python <path>", "the Python of Jupyter (default: .venv, the active environment, PATH)")
    .action(async ({ json, python }: Options) => {
      const checks: Check[] = [];
      for await (const check of examine(python)) {
        checks.push(check);
        if (!json) console.log(formatCheck(check));
      }
      if (json) console.log(JSON.stringify({ checks }, null, 2));
      const failed = checks.filter((check) => check.status === "fail").length;
      if (failed) throw new CliError(`${failed} of ${checks.length} checks failed.`);
      if (!json) console.log("\nAll is ready.");
    });
}

/** All checks, each as soon as it is known. */
async function* examine(path?: string): AsyncGenerator<Check> {
  const root = packageRoot();
  yield checkNode(process.versions.node);
  yield checkBuild(root);
  yield await checkBackend();
  yield await checkWritable(notebookFolder(root, process.cwd()));
  const python = await anyPython(path);
  yield checkPython(python);
  if (!python) return;
  yield checkLab(python);
  yield checkExtension(python);
  const kernel = checkKernel(python);
  yield kernel;
  if (kernel.status === "ok") yield await checkRoundTrip(python);
}

/** The Python that has JupyterLab, or else the first that runs. */
async function anyPython(path?: string): Promise<JupyterPython | undefined> {
  try {
    return await findJupyter(["jupyterlab"], path);
  } catch {
    const candidates = path
      ? [path]
      : jupyterCandidates(process.env, { root: packageRoot(), cwd: process.cwd() });
    for (const candidate of candidates) {
      const found = await describeJupyter(candidate);
      if (found) return found;
    }
    return undefined;
  }
}
