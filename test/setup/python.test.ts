import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  choosePython,
  describePython,
  pipFailure,
  pythonCandidates,
  venvPython,
} from "../../kernel-lib/setup/python.mjs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "python-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An interpreter that answers the probe with a fixed line. */
function fakePython(place: string, name: string, answer: string, exitCode = 0): string {
  mkdirSync(join(folder, place), { recursive: true });
  const path = join(folder, place, name);
  writeFileSync(path, `#!/bin/sh\necho '${answer}'\nexit ${exitCode}\n`);
  chmodSync(path, 0o755);
  return path;
}

const pathOf = (...places: string[]) => ({
  PATH: places.map((place) => join(folder, place)).join(delimiter),
});

it("knows where an environment keeps its interpreter on each platform", () => {
  expect(venvPython("env", "linux")).toBe(join("env", "bin", "python"));
  expect(venvPython("env", "win32")).toBe(join("env", "Scripts", "python.exe"));
});

describe.skipIf(process.platform === "win32")("with a PATH of its own", () => {
  it("prefers python3 to python, earlier folders to later ones, and the one that is named to both", () => {
    const plain = fakePython("one", "python", "");
    const first = fakePython("one", "python3", "");
    const second = fakePython("two", "python3", "");
    expect(pythonCandidates(pathOf("one", "two"))).toEqual([first, second, plain]);
    const named = { ...pathOf("one"), RECURSIVEMAS_PYTHON: "/opt/python" };
    expect(pythonCandidates(named)).toEqual(["/opt/python", first, plain]);
  });

  it("takes the first that is new enough and can create environments", () => {
    fakePython("broken", "python3", "", 127);
    fakePython("old", "python3", "3 8 10 1 1 0");
    fakePython("bare", "python3", "3 11 2 1 0 0");
    const good = fakePython("good", "python3", "3 12 1 1 1 0");
    const chosen = choosePython(pythonCandidates(pathOf("broken", "old", "bare", "good")));
    expect(chosen).toEqual({ command: good, version: "3.12.1", maker: "venv" });
  });

  it("falls back to virtualenv where ensurepip is left out", () => {
    fakePython("debian", "python3", "3 11 2 1 0 1");
    expect(choosePython(pythonCandidates(pathOf("debian"))).maker).toBe("virtualenv");
  });

  it("says how to mend a Python without venv", () => {
    const bare = fakePython("bare", "python3", "3 11 2 1 0 0");
    expect(() => choosePython(pythonCandidates(pathOf("bare")))).toThrow(
      `Python 3.11.2 (${bare}) cannot create environments. Try "apt install python3-venv"`,
    );
  });

  it("says which Python is too old", () => {
    const old = fakePython("old", "python3", "3 8 10 1 1 0");
    expect(() => choosePython(pythonCandidates(pathOf("old")))).toThrow(
      `Python 3.9 or newer is needed for JupyterLab; found only 3.8.10 (${old}). Try https://www.python.org`,
    );
  });

  it("says where to get Python when there is none", () => {
    expect(() => choosePython(pythonCandidates(pathOf("nowhere")))).toThrow(
      /Python 3.9 or newer is needed for JupyterLab and none was found on PATH. Try https:/,
    );
  });

  it("does not take another program's answer for Python's", () => {
    expect(describePython(fakePython("odd", "python3", "hello"))).toBeUndefined();
  });
});

describe("pipFailure", () => {
  it("blames the network when the index does not answer", () => {
    const output =
      "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'\nERROR: Could not find a version that satisfies the requirement jupyterlab==4.5.11\nERROR: No matching distribution found for jupyterlab==4.5.11";
    expect(pipFailure(output, "setup.log")).toMatch(
      /package index does not answer; details are in setup\.log\. Try this again/,
    );
  });

  it("names the package that this Python cannot have", () => {
    const output =
      "ERROR: Could not find a version that satisfies the requirement plotly==7.1.0 (from versions: 5.0)\nERROR: No matching distribution found for plotly==7.1.0";
    expect(pipFailure(output, "setup.log")).toContain(
      "the package index has no plotly==7.1.0 for this Python",
    );
  });
});
