import { expect, it } from "vitest";
import { checkOneTarget, targetOf } from "../../kernel-lib/cli/install";
import type { JupyterPython } from "../../kernel-lib/cli/python";

const python: JupyterPython = {
  executable: "/env/bin/python",
  python: "3.11.7",
  prefix: "/env",
  prefixWritable: true,
  versions: { "jupyter-client": "8.6.3" },
  kernelFolders: [],
  extensionFolders: [],
  userFolder: "/home/me/.local/share/jupyter",
};

it("installs into the environment of that Python unless the person's own folder is asked for", () => {
  expect(targetOf(python, {})).toEqual({ prefix: "/env" });
  expect(targetOf(python, { user: true })).toEqual({ dataFolder: "/home/me/.local/share/jupyter" });
});

it("points to --user when the environment cannot be written", () => {
  expect(() => targetOf({ ...python, prefixWritable: false }, {})).toThrow(
    "/env cannot be written. Try --user",
  );
});

it("refuses two places at once", () => {
  expect(() => checkOneTarget({ user: true, prefix: "/env" })).toThrow("--user and --prefix name two places");
  expect(() => checkOneTarget({ sysPrefix: true })).not.toThrow();
});
