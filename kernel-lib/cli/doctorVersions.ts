import { readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { type Check, fail, messageOf, ok, warn } from "./check";
import { type JupyterPython, setupScript } from "./python";
import {
  type Difference,
  installedVersion,
  nodeDifferences,
  pipInstall,
  pythonDifferences,
  pythonPins,
} from "./versions";

/** Whether the npm packages are the ones that package.json pins. */
export function checkNodePackages(root: string): Check {
  const name = "npm packages";
  const fix = root.split(sep).includes("node_modules") ? 'run "npm install recursivemas"' : 'run "npm ci"';
  try {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const different = nodeDifferences(manifest, (name) => installedVersion(root, name));
    if (different.length === 0) return ok(name, "all of the pinned versions");
    const report = different.some(({ found }) => found === undefined) ? fail : warn;
    return report(name, different.map(shown).join(", "), fix);
  } catch (error) {
    return fail(name, messageOf(error), fix);
  }
}

/** Whether the Python packages are the ones that requirements.txt pins. */
export function checkPythonPackages(python: JupyterPython, pins: Readonly<Record<string, string>>): Check {
  const different = pythonDifferences(python, pins);
  if (different.length === 0) return ok("Python packages", "all of the pinned versions");
  const names = different.map(({ name }) => name);
  return warn("Python packages", different.map(shown).join(", "), pipInstall(python, names, { pins }));
}

/** The Python packages that this package is tested with. */
export function pinnedPackages(): Record<string, string> {
  return pythonPins(readFileSync(setupScript("requirements.txt"), "utf8"));
}

function shown({ name, wanted, found }: Difference): string {
  return found ? `${name} is ${found}, tested with ${wanted}` : `${name} ${wanted} is missing`;
}
