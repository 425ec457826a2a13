import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brokenPaths, checkKernel, parseSpec, registerAgain } from "../../kernel-lib/cli/doctorKernel";
import { shadowNote } from "../../kernel-lib/cli/install";
import type { JupyterPython } from "../../kernel-lib/cli/python";

const REGISTER = 'run npx recursivemas install --python "/env/bin/python"';

let folder: string;
let entry: string;
let python: JupyterPython;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kernel spec-"));
  entry = join(folder, "main.js");
  writeFileSync(entry, "");
  python = {
    executable: "/env/bin/python",
    python: "3.11.7",
    prefix: join(folder, "env"),
    prefixWritable: true,
    versions: {},
    kernelFolders: [join(folder, "user", "kernels"), join(folder, "env", "share", "jupyter", "kernels")],
    extensionFolders: [],
    userFolder: join(folder, "user"),
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a kernelspec into the n-th folder where Jupyter looks. */
function registerKernel(n: number, spec: object): string {
  const file = join(python.kernelFolders[n]!, "recursivemas", "kernel.json");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(spec));
  return file;
}

const good = () => ({
  argv: [process.execPath, entry, "{connection_file}"],
  display_name: "RecursiveMAS",
  language: "typescript",
  interrupt_mode: "message",
});
const look = (version = "22.20.0") => checkKernel(python, { entry, nodeVersion: async () => version });

describe("checkKernel", () => {
  it("misses a kernel that is not registered", async () => {
    expect(await look()).toEqual({
      name: "kernel",
      status: "fail",
      detail: "recursivemas is not registered with this Jupyter",
      fix: REGISTER,
    });
  });

  it("looks at the first kernelspec that Jupyter would find", async () => {
    registerKernel(1, { ...good(), argv: [join(folder, "gone"), "{connection_file}"] });
    const first = registerKernel(0, good());
    expect(await look()).toEqual({ name: "kernel", status: "ok", detail: first });
  });

  it("names a Node and an entry that are gone", async () => {
    const [node, main] = [join(folder, "old", "node"), join(folder, "old", "main.js")];
    const path = registerKernel(1, { ...good(), argv: [node, main, "{connection_file}"] });
    const detail = `${path} names ${node}, ${main}, which is gone`;
    expect(await look()).toMatchObject({ status: "fail", detail, fix: REGISTER });
  });

  it("fails with a Node that is too old or does not run", async () => {
    registerKernel(0, good());
    expect(await look("18.20.0")).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("18.20.0"),
    });
    const nodeVersion = () => Promise.reject(new Error("EACCES"));
    expect(await checkKernel(python, { entry, nodeVersion })).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("it does not run"),
    });
  });

  it("warns of another installation and of interrupts by signal", async () => {
    const other = join(folder, "other.js");
    writeFileSync(other, "");
    const spec = {
      ...good(),
      argv: [process.execPath, other, "{connection_file}"],
      interrupt_mode: "signal",
    };
    const path = registerKernel(0, spec);
    expect(await look()).toMatchObject({
      status: "warn",
      detail: `${path} starts another installation, ${other}, and lets the stop button reach no cell that awaits`,
      fix: `${REGISTER} --user`,
    });
  });
});

describe("the fix", () => {
  it("writes over the kernelspec that Jupyter finds first", () => {
    const spec = (...parts: string[]) => join(folder, ...parts, "kernels", "recursivemas", "kernel.json");
    expect(registerAgain(python, spec("env", "share", "jupyter"))).toBe(REGISTER);
    expect(registerAgain(python, spec("user"))).toBe(`${REGISTER} --user`);
    const other = join(folder, "other");
    expect(registerAgain(python, spec("other", "share", "jupyter"))).toBe(
      `run npx recursivemas install --prefix "${other}"`,
    );
    expect(registerAgain(python, spec("odd"))).toBe(
      `delete ${join(folder, "odd", "kernels", "recursivemas")}, then ${REGISTER}`,
    );
  });

  it("is --user where the environment cannot be written", () => {
    expect(registerAgain({ ...python, prefixWritable: false }, undefined)).toBe(`${REGISTER} --user`);
  });
});

it("sees what is no kernelspec", () => {
  for (const text of [
    "",
    "null",
    "{}",
    '{"argv": []}',
    '{"argv": ["node"]}',
    '{"argv": [1, "{connection_file}"]}',
  ])
    expect(parseSpec(text)).toBeUndefined();
  expect(parseSpec('{"argv": ["node", "{connection_file}"]}')?.argv).toEqual(["node", "{connection_file}"]);
});

it("takes only absolute paths for paths", () => {
  expect(brokenPaths(["node", "{connection_file}"])).toEqual([]);
  expect(brokenPaths([join(folder, "gone"), entry])).toEqual([join(folder, "gone")]);
});

it("tells after an installation when Jupyter finds another kernelspec before it", () => {
  const second = dirname(registerKernel(1, good()));
  expect(shadowNote(python, second)).toBeUndefined();
  const first = registerKernel(0, good());
  expect(shadowNote(python, second)).toContain(`finds ${first} before it. Try deleting`);
});
