import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkNodePackages, checkPythonPackages, pinnedPackages } from "../../kernel-lib/cli/doctorVersions";
import type { JupyterPython } from "../../kernel-lib/cli/python";
import {
  installedVersion,
  nodeDifferences,
  pythonDifferences,
  pythonPins,
} from "../../kernel-lib/cli/versions";

const python = (versions: Record<string, string>): JupyterPython => ({
  executable: "/env/bin/python",
  python: "3.11.7",
  prefix: "/env",
  prefixWritable: true,
  versions,
  kernelFolders: [],
  extensionFolders: [],
  userFolder: null,
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "versions-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function npmPackage(place: string, manifest: object): void {
  mkdirSync(join(folder, place), { recursive: true });
  writeFileSync(join(folder, place, "package.json"), JSON.stringify(manifest));
}

describe("Python packages", () => {
  it("are pinned by the plain lines of a requirements file, under canonical names", () => {
    const text =
      '# comment\nJupyter_Client==8.6.3\n nb.format == 5.10.4 # why\npapermill==2.6.0; python_version < "3.10"\nplotly>=6\n';
    expect(pythonPins(text)).toEqual({ "jupyter-client": "8.6.3", "nb-format": "5.10.4" });
  });

  it("of this package pin JupyterLab and the extensions", () => {
    expect(Object.keys(pinnedPackages())).toEqual(
      expect.arrayContaining(["jupyterlab", "jupyter-client", "plotly", "anywidget", "jupyterlab-widgets"]),
    );
  });

  it("differ when they are installed in another version, not when they are missing", () => {
    const pins = { plotly: "7.1.0", nbclient: "0.10.2", anywidget: "0.9.21" };
    expect(pythonDifferences(python({ plotly: "6.0.0", nbclient: "0.10.2" }), pins)).toEqual([
      { name: "plotly", wanted: "7.1.0", found: "6.0.0" },
    ]);
  });

  it("of another version are a warning with the command that mends them", () => {
    const pins = { plotly: "7.1.0", nbclient: "0.10.2" };
    expect(checkPythonPackages(python({ plotly: "6.0.0", nbclient: "0.9.0" }), pins)).toEqual({
      name: "Python packages",
      status: "warn",
      detail: "plotly is 6.0.0, tested with 7.1.0, nbclient is 0.9.0, tested with 0.10.2",
      fix: 'run "/env/bin/python" -m pip install plotly==7.1.0 nbclient==0.10.2',
    });
    expect(checkPythonPackages(python(pins), pins).status).toBe("ok");
  });
});

describe("npm packages", () => {
  it("may be missing only where they are optional, and are compared only where they are pinned", () => {
    const manifest = {
      dependencies: { zeromq: "6.8.0", tslab: "1.0.22", arquero: "^7.0.0" },
      optionalDependencies: { gpu: "4.22.0", native: "4.22.0" },
    };
    const installed: Record<string, string> = { zeromq: "6.8.0", native: "4.21.0" };
    expect(nodeDifferences(manifest, (name) => installed[name])).toEqual([
      { name: "tslab", wanted: "1.0.22", found: undefined },
      { name: "native", wanted: "4.22.0", found: "4.21.0" },
    ]);
  });

  it("are found in a node_modules further up as well, the nearest first", () => {
    npmPackage("node_modules/zeromq", { version: "6.7.0" });
    npmPackage("node_modules/tslab", { version: "1.0.22" });
    npmPackage("node_modules/recursivemas/node_modules/zeromq", { version: "6.8.0" });
    const root = join(folder, "node_modules", "recursivemas");
    expect(installedVersion(root, "zeromq")).toBe("6.8.0");
    expect(installedVersion(root, "tslab")).toBe("1.0.22");
    expect(installedVersion(root, "no-such-package-anywhere")).toBeUndefined();
  });

  it("of another version are a warning, missing ones a failure", () => {
    npmPackage(".", { dependencies: { "package-a": "1.0.0" } });
    expect(checkNodePackages(folder)).toMatchObject({
      status: "fail",
      detail: "package-a 1.0.0 is missing",
      fix: 'run "npm ci"',
    });
    npmPackage("node_modules/package-a", { version: "1.1.0" });
    expect(checkNodePackages(folder)).toMatchObject({
      status: "warn",
      detail: "package-a is 1.1.0, tested with 1.0.0",
    });
    npmPackage("node_modules/package-a", { version: "1.0.0" });
    expect(checkNodePackages(folder).status).toBe("ok");
  });
});
