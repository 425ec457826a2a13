import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../engine/packageRoot";
import { type Check, fail, info, ok, warn } from "./check";
import { type JupyterPython, missing } from "./python";
import { pipInstall } from "./versions";

const OLDEST_MINOR = 9;

/** @param asked the path that the person gave with --python */
export function checkPython(python: JupyterPython | undefined, asked?: string): Check {
  const get = `install Python 3.${OLDEST_MINOR} or newer from https://www.python.org/downloads/, then run "npm start"`;
  if (!python && asked) return fail("Python", `${asked} does not run`, "give --python the path of a Python");
  if (!python) return fail("Python", "none was found", get);
  const [major = 0, minor = 0] = python.python.split(".").map(Number);
  const found = `${python.python} (${python.executable})`;
  if (major < 3 || (major === 3 && minor < OLDEST_MINOR)) return fail("Python", `${found} is too old`, get);
  return ok("Python", found);
}

/** What running notebooks without JupyterLab's window needs. */
const HEADLESS = ["nbclient", "nbconvert", "nbformat"];

/** @param pins the versions that this package was tested with, by canonical name */
export function checkLab(python: JupyterPython, pins: Readonly<Record<string, string>>): Check {
  const essential = missing(python, ["jupyterlab", "jupyter-client"]);
  const lacking = [...essential, ...missing(python, HEADLESS)];
  const { jupyterlab, "jupyter-client": client } = python.versions;
  if (lacking.length === 0) {
    const others = HEADLESS.map((name) => `${name} ${python.versions[name]}`).join(", ");
    return ok("JupyterLab", `${jupyterlab}, jupyter-client ${client}, ${others}`);
  }
  const install = `run "npm start" in a clone, or ${pipInstall(python, lacking, { pins })}`;
  if (essential.length) return fail("JupyterLab", `this Python has no ${essential.join(", ")}`, install);
  return warn("JupyterLab", `${jupyterlab}, but no ${lacking.join(", ")}: "reproduce" cannot run`, install);
}

interface Extension {
  name: string;
  /** Its folder among JupyterLab's extensions. */
  folder: string;
  /** The Python package that brings it. */
  package: string;
  without: string;
}

/** Without them notebooks run all the same, and show pictures and text. */
export const EXTENSIONS: readonly Extension[] = [
  {
    name: "live figures",
    folder: "jupyterlab-plotly",
    package: "plotly",
    without: "figures show as pictures",
  },
  { name: "widgets", folder: "anywidget", package: "anywidget", without: "widgets show as text" },
  {
    name: "widget manager",
    folder: "@jupyter-widgets/jupyterlab-manager",
    package: "jupyterlab-widgets",
    without: "widgets show as text",
  },
];

export function checkExtension(
  python: JupyterPython,
  { name, folder, package: source, without }: Extension,
  pins: Readonly<Record<string, string>>,
): Check {
  const found = python.extensionFolders.map((path) => join(path, folder)).find((path) => existsSync(path));
  if (found) return ok(name, found);
  // pip does not look for files that were deleted: without force it would find nothing to do
  const fix = pipInstall(python, [source], { pins, force: source in python.versions });
  return warn(
    name,
    `JupyterLab's extension ${folder} is missing: ${without}`,
    `${fix}, then reload JupyterLab`,
  );
}

/** The plug-in with which papermill gives parameters to TypeScript notebooks; nobody else needs it. */
export function checkTranslator({ executable, versions }: JupyterPython): Check {
  const { papermill, "papermill-typescript": translator } = versions;
  if (papermill && translator) return ok("papermill", `${papermill}, with the TypeScript translator`);
  const source = join(packageRoot(), "kernel-lib", "setup", "papermill-typescript");
  const fix = `if you want papermill, run "${executable}" -m pip install "${source}"`;
  if (papermill) {
    return info("papermill", `${papermill}, without the translator: it gives notebooks no parameters`, fix);
  }
  return info("papermill", "not installed (optional)", fix);
}
