import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  describeJupyter,
  findJupyter,
  type JupyterPython,
  jupyterCandidates,
  jupyterFailure,
} from "../../kernel-lib/cli/python";

const versions = { jupyterlab: "4.5.11", "jupyter-client": "8.6.3", nbformat: "5.10.4" };
const python: JupyterPython = {
  executable: "/env/bin/python",
  python: "3.11.7",
  prefix: "/env",
  prefixWritable: true,
  versions,
  kernelFolders: [],
  extensionFolders: [],
  userFolder: null,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jupyter-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(path: string, script: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

describe.skipIf(process.platform === "win32")("jupyterCandidates", () => {
  it("goes from the named Python over the project's to those of PATH, each once", () => {
    const root = program("project/.venv/bin/python", "");
    const active = program("active/bin/python", "");
    const onPath = program("active/bin/python3", "");
    const env = {
      RECURSIVEMAS_PYTHON: "/opt/python",
      VIRTUAL_ENV: join(folder, "active"),
      PATH: join(folder, "active", "bin"),
    };
    const project = join(folder, "project");
    expect(jupyterCandidates(env, { root: project, cwd: project })).toEqual([
      "/opt/python",
      root,
      active,
      onPath,
    ]);
  });
});

describe.skipIf(process.platform === "win32")("findJupyter", () => {
  it("gives the Python that was named when it has what is needed", async () => {
    const path = program("python3", `echo '${JSON.stringify(python)}'`);
    expect(await findJupyter(["jupyterlab"], path)).toEqual(python);
  });

  it("says what that Python lacks and how to install it", async () => {
    const path = program("python3", `echo '${JSON.stringify(python)}'`);
    await expect(findJupyter(["nbclient", "nbformat"], path)).rejects.toThrow(
      'Python 3.11.7 (/env/bin/python) has no nbclient. Try "/env/bin/python -m pip install nbclient"',
    );
  });

  it("says when the path is no Python", async () => {
    await expect(findJupyter(["nbclient"], join(folder, "nothing"))).rejects.toThrow(
      /does not run as a Python/,
    );
  });

  it("takes a program that fails for no Python", async () => {
    expect(await describeJupyter(program("python3", "exit 1"))).toBeUndefined();
  });
});

it("says where to get Python when there is none", () => {
  expect(jupyterFailure(["jupyterlab"], undefined)).toMatch(
    /^No Python was found\. Try installing Python 3\.9 or newer/,
  );
});
