import { join } from "node:path";
import type { Command } from "commander";
import { packageRoot } from "../engine/packageRoot";
import { type Check, formatCheck, summary } from "./check";
import { checkKernel, checkRoundTrip } from "./doctorKernel";
import { checkBackend, checkBuild, checkNode, checkWritable } from "./doctorNode";
import { checkExtension, checkLab, checkPython, checkTranslator, EXTENSIONS } from "./doctorPython";
import { checkNodePackages, checkPythonPackages, pinnedPackages } from "./doctorVersions";
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
    .description(
      "check Node, the backend, Python, JupyterLab, versions and the kernel, ending with a real cell",
    )
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
      if (failed) {
        throw new CliError(
          `${failed} of ${checks.length} checks failed. Try the fix that stands beside each.`,
        );
      }
      if (!json) console.log(`\n${summary(checks)}`);
    });
}

/** All checks, each as soon as it is known. */
async function* examine(path?: string): AsyncGenerator<Check> {
  const root = packageRoot();
  yield checkNode(process.versions.node);
  yield checkBuild(root);
  yield checkNodePackages(root);
  yield await checkBackend();
  yield await checkWritable(notebookFolder(root, process.cwd()));
  const python = await anyPython(path);
  yield checkPython(python, path);
  if (python) yield* examineJupyter(python, join(root, "dist", "kernel", "main.js"));
}

async function* examineJupyter(python: JupyterPython, entry: string): AsyncGenerator<Check> {
  const pins = pinnedPackages();
  const lab = checkLab(python, pins);
  yield lab;
  // what follows needs Jupyter, and its fixes too
  if (lab.status === "fail") return;
  yield checkPythonPackages(python, pins);
  for (const extension of EXTENSIONS) yield checkExtension(python, extension, pins);
  yield checkTranslator(python);
  const kernel = await checkKernel(python, { entry });
  yield kernel;
  if (kernel.status !== "fail") yield await checkRoundTrip(python);
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
