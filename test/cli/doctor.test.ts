import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fail, formatCheck, info, ok, summary, warn } from "../../kernel-lib/cli/check";
import {
  backendFix,
  checkBackend,
  checkBuild,
  checkNode,
  checkWritable,
} from "../../kernel-lib/cli/doctorNode";
import {
  checkExtension,
  checkLab,
  checkPython,
  checkTranslator,
  EXTENSIONS,
} from "../../kernel-lib/cli/doctorPython";
import type { JupyterPython } from "../../kernel-lib/cli/python";

const PINS = { plotly: "7.1.0", nbclient: "0.10.2" };

let folder: string;
let python: JupyterPython;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "doctor-"));
  python = {
    executable: "/env/bin/python",
    python: "3.11.7",
    prefix: "/env",
    prefixWritable: true,
    versions: {
      jupyterlab: "4.5.11",
      "jupyter-client": "8.6.3",
      nbclient: "0.10.2",
      nbconvert: "7.17.2",
      nbformat: "5.10.4",
    },
    kernelFolders: [],
    extensionFolders: [join(folder, "extensions")],
    userFolder: null,
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

function without(...names: string[]): JupyterPython {
  const kept = Object.entries(python.versions).filter(([name]) => !names.includes(name));
  return { ...python, versions: Object.fromEntries(kept) };
}

describe("what the doctor prints", () => {
  it("shows the fix under the finding", () => {
    const check = fail("Node", "18.0.0 is too old", "install Node 22");
    expect(formatCheck(check)).toBe("fail  Node               18.0.0 is too old\n      → install Node 22");
  });

  it("ends by counting warnings, and lets what is optional pass", () => {
    const fine = [ok("Node", "22.20.0"), info("papermill", "not installed", "install it")];
    expect(summary(fine)).toBe("All is ready.");
    const doubt = warn("widgets", "missing", "install them");
    expect(summary([...fine, doubt])).toBe("What is essential works; 1 warning.");
    expect(summary([doubt, doubt])).toBe("What is essential works; 2 warnings.");
  });
});

it("wants Node 20.19", () => {
  expect(checkNode("20.19.0").status).toBe("ok");
  expect(checkNode("20.18.9").status).toBe("fail");
});

it("misses whichever part of the build is not there", () => {
  mkdirSync(join(folder, "dist", "kernel"), { recursive: true });
  for (const file of ["index.js", "kernel/main.js"]) writeFileSync(join(folder, "dist", file), "");
  expect(checkBuild(folder)).toMatchObject({
    status: "fail",
    detail: `${join(folder, "dist", "recursivemas.d.ts")} missing`,
    fix: 'run "npm run build"',
  });
  writeFileSync(join(folder, "dist", "recursivemas.d.ts"), "");
  expect(checkBuild(folder).status).toBe("ok");
});

describe("the backend", () => {
  it("computes a product of matrices", async () => {
    const { status, detail } = await checkBackend();
    expect(status === "ok" || status === "warn").toBe(true);
    expect(detail).toContain("a product of matrices is right");
  });

  it("is mended by another value of the variable where one is set, and by the packages otherwise", () => {
    expect(backendFix("nonsense")).toContain("unset RECURSIVEMAS_BACKEND");
    expect(backendFix(undefined)).toContain("npm ci");
  });
});

it("tries to write, and leaves nothing behind", async () => {
  expect((await checkWritable(folder)).status).toBe("ok");
  expect((await checkWritable(join(folder, "missing"))).status).toBe("fail");
});

describe("checkPython", () => {
  it("tells a missing one from one that was named and does not run", () => {
    expect(checkPython(undefined)).toMatchObject({ status: "fail", detail: "none was found" });
    expect(checkPython(undefined, "/no/python").detail).toBe("/no/python does not run");
  });

  it("wants Python 3.9", () => {
    expect(checkPython({ ...python, python: "3.8.20" }).status).toBe("fail");
    expect(checkPython({ ...python, python: "3.9.0" }).status).toBe("ok");
  });
});

describe("checkLab", () => {
  it("fails without JupyterLab or its client", () => {
    for (const name of ["jupyterlab", "jupyter-client"]) {
      const check = checkLab(without(name), PINS);
      expect(check).toMatchObject({ status: "fail", detail: `this Python has no ${name}` });
    }
  });

  it("only warns without what runs notebooks headless, and installs the pinned version", () => {
    expect(checkLab(without("nbclient"), PINS)).toMatchObject({
      status: "warn",
      fix: expect.stringContaining('"/env/bin/python" -m pip install nbclient==0.10.2'),
    });
  });

  it("names the versions", () => {
    expect(checkLab(python, PINS).detail).toBe(
      "4.5.11, jupyter-client 8.6.3, nbclient 0.10.2, nbconvert 7.17.2, nbformat 5.10.4",
    );
  });
});

describe("checkExtension", () => {
  it("only warns without live figures or widgets", () => {
    for (const extension of EXTENSIONS) {
      expect(checkExtension(python, extension, PINS).status).toBe("warn");
      mkdirSync(join(folder, "extensions", extension.folder), { recursive: true });
      expect(checkExtension(python, extension, PINS).status).toBe("ok");
    }
  });

  it("installs the package by force where pip believes that it is there", () => {
    const figures = EXTENSIONS.find(({ package: source }) => source === "plotly")!;
    expect(checkExtension(python, figures, PINS).fix).toContain("-m pip install plotly==7.1.0");
    const halved = { ...python, versions: { plotly: "7.1.0" } };
    expect(checkExtension(halved, figures, PINS).fix).toContain("--force-reinstall --no-deps plotly==7.1.0");
  });
});

it("mentions papermill's translator without a warning", () => {
  expect(checkTranslator(python)).toMatchObject({ status: "info", detail: "not installed (optional)" });
  const alone = { ...python, versions: { papermill: "2.7.0" } };
  expect(checkTranslator(alone)).toMatchObject({
    status: "info",
    fix: expect.stringContaining("papermill-typescript"),
  });
  const both = { papermill: "2.7.0", "papermill-typescript": "0.1.0" };
  expect(checkTranslator({ ...python, versions: both }).status).toBe("ok");
});
