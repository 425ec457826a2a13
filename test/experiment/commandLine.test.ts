import { afterEach, expect, test, vi } from "vitest";
import { setKernelBridge } from "../../kernel-lib/engine/bridge";
import { packageRoot } from "../../kernel-lib/engine/packageRoot";
import { COMMAND_VARIABLE, commandLine } from "../../kernel-lib/experiment/commandLine";

const root = packageRoot();

afterEach(() => {
  setKernelBridge(undefined);
  vi.unstubAllEnvs();
});

test("the command line is written as one would type it in the project folder", () => {
  const argv = [
    "/usr/bin/node",
    `${root}/dist/cli/main.js`,
    "bench",
    "--out=/tmp/ada/out",
    `file://${root}/data/a.json`,
    "-n",
    "3",
  ];
  expect(commandLine(argv, root)).toBe("node dist/cli/main.js bench --out=out data/a.json -n 3");
});

test("a program started by npx is written so", () => {
  const argv = [
    "/usr/bin/node",
    "/home/ada/.npm/_npx/1f/node_modules/.bin/recursivemas",
    "reproduce",
    "--fresh",
  ];
  expect(commandLine(argv, root)).toBe("npx recursivemas reproduce --fresh");
});

test("in a notebook it is the command that runs the notebook, not the kernel's connection file", () => {
  setKernelBridge({ display: () => undefined, signal: new AbortController().signal });
  const kernel = ["node", "/run/kernel-1f3a.json"];
  vi.stubEnv(COMMAND_VARIABLE, "node dist/cli/main.js reproduce --fresh");
  expect(commandLine(kernel, root)).toBe("node dist/cli/main.js reproduce --fresh");
  vi.stubEnv(COMMAND_VARIABLE, undefined);
  expect(commandLine(kernel, root)).toBe("notebook, run by hand");
});
