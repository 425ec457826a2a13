import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { KERNEL_NAME } from "../kernel/spec";
import { type Check, fail, ok, warn } from "./check";
import { capture } from "./child";
import { type JupyterPython, setupScript } from "./python";

const REGISTER = 'run "npx recursivemas install"';

export function checkPython(python: JupyterPython | undefined): Check {
  if (python) return ok("Python", `${python.python} (${python.executable})`);
  return fail(
    "Python",
    "none was found",
    'install Python 3.9 or newer from https://www.python.org/downloads/, then "npm start"',
  );
}

export function checkLab(python: JupyterPython): Check {
  const { jupyterlab, nbclient } = python.versions;
  const install = `run "npm start" in a clone, or "${python.executable} -m pip install jupyterlab nbclient"`;
  if (!jupyterlab) return fail("JupyterLab", "not installed in this Python", install);
  if (!nbclient) return warn("JupyterLab", `${jupyterlab}, but no nbclient: "reproduce" cannot run`, install);
  return ok("JupyterLab", jupyterlab);
}

/** Without it the figures still show, as pictures. */
export function checkExtension(python: JupyterPython): Check {
  const found = python.extensionFolders
    .map((folder) => join(folder, "jupyterlab-plotly"))
    .find((path) => existsSync(path));
  if (found) return ok("live figures", found);
  const fix = `run "${python.executable} -m pip install plotly" (version 6.1 or newer)`;
  return warn("live figures", "JupyterLab's Plotly extension is missing: figures show as pictures", fix);
}

/** The kernelspec that this Jupyter would use, with every path in it. */
export function checkKernel(python: JupyterPython): Check {
  const path = python.kernelFolders
    .map((folder) => join(folder, KERNEL_NAME, "kernel.json"))
    .find((file) => existsSync(file));
  if (!path) return fail("kernel", `${KERNEL_NAME} is not registered with this Jupyter`, REGISTER);
  const broken = brokenPaths(readFileSync(path, "utf8"));
  if (broken === undefined) return fail("kernel", `${path} is not a kernelspec`, REGISTER);
  if (broken.length) return fail("kernel", `${path} names ${broken.join(", ")}, which is gone`, REGISTER);
  return ok("kernel", path);
}

/** The absolute paths in a kernelspec's command that do not exist; undefined when it has no command. */
export function brokenPaths(kernelJson: string): string[] | undefined {
  try {
    const { argv } = JSON.parse(kernelJson) as { argv?: unknown };
    if (!Array.isArray(argv) || argv.length === 0) return undefined;
    return argv.filter(
      (part): part is string => typeof part === "string" && isAbsolute(part) && !existsSync(part),
    );
  } catch {
    return undefined;
  }
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
