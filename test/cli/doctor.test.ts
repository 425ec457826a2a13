import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formatCheck } from "../../kernel-lib/cli/check";
import { checkBuild, checkNode, checkWritable } from "../../kernel-lib/cli/doctorNode";
import {
  brokenPaths,
  checkExtension,
  checkKernel,
  checkLab,
  checkPython,
} from "../../kernel-lib/cli/doctorPython";
import type { JupyterPython } from "../../kernel-lib/cli/python";

let folder: string;
let python: JupyterPython;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "doctor-"));
  python = {
    executable: "/env/bin/python",
    python: "3.11.7",
    prefix: "/env",
    prefixWritable: true,
    versions: { jupyterlab: "4.5.11", jupyter_client: "8.6.3", nbclient: "0.10.2", nbformat: "5.10.4" },
    kernelFolders: [join(folder, "first"), join(folder, "second")],
    extensionFolders: [join(folder, "extensions")],
    userFolder: null,
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

function registerKernel(place: string, argv: readonly string[]): string {
  const spec = join(folder, place, "recursivemas");
  mkdirSync(spec, { recursive: true });
  writeFileSync(join(spec, "kernel.json"), JSON.stringify({ argv }));
  return join(spec, "kernel.json");
}

it("shows the fix under the finding", () => {
  const check = {
    name: "Node",
    status: "fail",
    detail: "18.0.0 is too old",
    fix: "install Node 22",
  } as const;
  expect(formatCheck(check)).toBe("fail  Node               18.0.0 is too old\n      → install Node 22");
});

it("wants Node 20.19", () => {
  expect(checkNode("20.19.0").status).toBe("ok");
  expect(checkNode("20.18.9").status).toBe("fail");
});

it("misses a build", () => {
  expect(checkBuild(folder)).toMatchObject({ status: "fail", fix: 'run "npm run build"' });
  mkdirSync(join(folder, "dist"));
  writeFileSync(join(folder, "dist", "index.js"), "");
  expect(checkBuild(folder).status).toBe("ok");
});

it("tries to write, and leaves nothing behind", async () => {
  expect((await checkWritable(folder)).status).toBe("ok");
  expect((await checkWritable(join(folder, "missing"))).status).toBe("fail");
});

it("tells a missing Python, a missing JupyterLab and a missing nbclient apart", () => {
  expect(checkPython(undefined).status).toBe("fail");
  expect(checkLab({ ...python, versions: { ...python.versions, jupyterlab: null } }).status).toBe("fail");
  expect(checkLab({ ...python, versions: { ...python.versions, nbclient: null } }).status).toBe("warn");
  expect(checkLab(python).status).toBe("ok");
});

it("only warns without live figures", () => {
  expect(checkExtension(python)).toMatchObject({
    status: "warn",
    fix: expect.stringContaining("pip install plotly"),
  });
  mkdirSync(join(folder, "extensions", "jupyterlab-plotly"), { recursive: true });
  expect(checkExtension(python).status).toBe("ok");
});

describe("checkKernel", () => {
  it("misses a kernel that is not registered", () => {
    expect(checkKernel(python)).toMatchObject({
      status: "fail",
      detail: "recursivemas is not registered with this Jupyter",
    });
  });

  it("looks at the first kernelspec that Jupyter would find", () => {
    registerKernel("second", [join(folder, "gone"), "{connection_file}"]);
    const first = registerKernel("first", [process.execPath, "{connection_file}"]);
    expect(checkKernel(python)).toMatchObject({ status: "ok", detail: first });
  });

  it("names the paths that are gone", () => {
    const gone = join(folder, "old", "node");
    registerKernel("first", [gone, "{connection_file}"]);
    expect(checkKernel(python)).toMatchObject({ status: "fail", detail: expect.stringContaining(gone) });
  });
});

it("sees what is no kernelspec", () => {
  for (const text of ["", "{}", '{"argv": []}']) expect(brokenPaths(text)).toBeUndefined();
  expect(brokenPaths('{"argv": ["node", "{connection_file}"]}')).toEqual([]);
});
