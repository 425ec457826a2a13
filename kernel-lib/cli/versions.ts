import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { JupyterPython } from "./python";

/** A package whose installed version is not the one that this package was tested with. */
export interface Difference {
  name: string;
  wanted: string;
  /** undefined: not installed. */
  found: string | undefined;
}

/** Exact versions by canonical name, of the lines `name==version` of a requirements file. */
export function pythonPins(requirements: string): Record<string, string> {
  const pins = [...requirements.matchAll(/^\s*([\w.-]+)\s*==\s*([^\s;#]+)\s*(?:#.*)?$/gm)];
  return Object.fromEntries(
    pins.map(([, name, version]) => [name!.replace(/[-_.]+/g, "-").toLowerCase(), version!]),
  );
}

/** Those of the pinned packages that are installed in another version. */
export function pythonDifferences(
  { versions }: JupyterPython,
  pins: Readonly<Record<string, string>>,
): Difference[] {
  return Object.entries(pins)
    .map(([name, wanted]) => ({ name, wanted, found: versions[name] }))
    .filter(({ wanted, found }) => found !== undefined && found !== wanted);
}

/** The command that installs packages, each in its pinned version where it has one. */
export function pipInstall(
  { executable }: JupyterPython,
  names: readonly string[],
  { pins, force = false }: { pins: Readonly<Record<string, string>>; force?: boolean },
): string {
  const wanted = names.map((name) => (pins[name] ? `${name}==${pins[name]}` : name)).join(" ");
  return `run "${executable}" -m pip install ${force ? "--force-reinstall --no-deps " : ""}${wanted}`;
}

interface Manifest {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** Dependencies of a package that are missing or of another version; optional ones may be missing. */
export function nodeDifferences(
  { dependencies = {}, optionalDependencies = {} }: Manifest,
  installed: (name: string) => string | undefined,
): Difference[] {
  return Object.entries({ ...dependencies, ...optionalDependencies })
    .filter(([, wanted]) => /^\d/.test(wanted))
    .map(([name, wanted]) => ({ name, wanted, found: installed(name) }))
    .filter(
      ({ name, wanted, found }) => found !== wanted && !(found === undefined && name in optionalDependencies),
    );
}

/** The version of an npm package as a module in `folder` would find it; undefined when there is none. */
export function installedVersion(folder: string, name: string): string | undefined {
  const manifest = join(folder, "node_modules", name, "package.json");
  if (existsSync(manifest))
    return (JSON.parse(readFileSync(manifest, "utf8")) as { version?: string }).version;
  const parent = dirname(folder);
  return parent === folder ? undefined : installedVersion(parent, name);
}
