import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { packageRoot } from "../engine/packageRoot";
import { capture } from "./child";
import { CliError } from "./failure";

/** What a Python offers to the notebooks, as kernel-lib/setup/probe_jupyter.py reports it. */
export interface JupyterPython {
  executable: string;
  python: string;
  prefix: string;
  prefixWritable: boolean;
  /** Version of every installed package, by its canonical name, such as "jupyter-client". */
  versions: Readonly<Record<string, string>>;
  /** Where this Jupyter looks for kernels, most important first. */
  kernelFolders: readonly string[];
  extensionFolders: readonly string[];
  /** The person's own Jupyter data folder; null without Jupyter. */
  userFolder: string | null;
}

/** The Python scripts that this package brings; not compiled, so found from the package's folder. */
export function setupScript(name: string): string {
  return join(packageRoot(), "kernel-lib", "setup", name);
}

/** The interpreter of a virtual environment. */
export function venvPython(folder: string, platform: NodeJS.Platform = process.platform): string {
  return platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
}

/**
 * Interpreters that may carry Jupyter, best first: the one named by `RECURSIVEMAS_PYTHON`, the environment that
 * `npm start` made, the one in the current folder, the active one, then PATH.
 */
export function jupyterCandidates(
  env: NodeJS.ProcessEnv,
  folders: { root: string; cwd: string },
  platform: NodeJS.Platform = process.platform,
): string[] {
  const environments = [
    join(folders.root, ".venv"),
    join(folders.cwd, ".venv"),
    env.VIRTUAL_ENV,
    env.CONDA_PREFIX,
  ];
  const names = platform === "win32" ? ["python.exe"] : ["python3", "python"];
  const onPath = (env.PATH ?? env.Path ?? "")
    .split(delimiter)
    .filter(Boolean)
    .flatMap((folder) => names.map((name) => join(folder, name)));
  const paths = [
    ...environments.flatMap((folder) => (folder ? [venvPython(folder, platform)] : [])),
    ...onPath,
  ].filter((path) => existsSync(path));
  return [...new Set([...(env.RECURSIVEMAS_PYTHON ? [env.RECURSIVEMAS_PYTHON] : []), ...paths])];
}

/** Asks one interpreter what it has; undefined when it does not run. */
export async function describeJupyter(executable: string): Promise<JupyterPython | undefined> {
  const answer = await capture(executable, [setupScript("probe_jupyter.py")]).catch(() => undefined);
  return answer?.code === 0 ? (JSON.parse(answer.stdout) as JupyterPython) : undefined;
}

/**
 * The first Python that has all the `needed` packages.
 *
 * @param needed canonical names, such as "jupyter-client"
 * @param python a path given by the person; then it is that one or an error
 * @throws {CliError} naming what is missing and how to get it
 */
export async function findJupyter(needed: readonly string[], python?: string): Promise<JupyterPython> {
  const candidates = python
    ? [python]
    : jupyterCandidates(process.env, { root: packageRoot(), cwd: process.cwd() });
  let nearest: JupyterPython | undefined;
  for (const candidate of candidates) {
    const found = await describeJupyter(candidate);
    if (found && missing(found, needed).length === 0) return found;
    nearest ??= found;
  }
  throw new CliError(jupyterFailure(needed, nearest, python));
}

/** Those of the `needed` packages, by canonical name, that this Python lacks. */
export function missing({ versions }: JupyterPython, needed: readonly string[]): string[] {
  return needed.filter((name) => versions[name] === undefined);
}

/** One sentence on why no Python serves, with the fix. */
export function jupyterFailure(
  needed: readonly string[],
  nearest: JupyterPython | undefined,
  python?: string,
): string {
  if (!nearest && python)
    return `"${python}" does not run as a Python interpreter. Try --python with the path of one.`;
  if (!nearest) {
    return `No Python was found. Try installing Python 3.9 or newer (https://www.python.org/downloads/), then "python3 -m pip install ${needed.join(" ")}".`;
  }
  const lacking = missing(nearest, needed).join(" ");
  return `Python ${nearest.python} (${nearest.executable}) has no ${lacking}. Try "${nearest.executable} -m pip install ${lacking}", or ${python ? "--python" : "RECURSIVEMAS_PYTHON"} with the path of another Python.`;
}
