import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";

// The native packages are stood in for by files that register what they do, computed by the cpu backend's kernels.
const require = createRequire(__filename);
const nodeModule = require("node:module") as {
  _load: (request: string, ...rest: unknown[]) => unknown;
};
const util = require("node:util") as Record<string, unknown>;
const folder = mkdtempSync(join(tmpdir(), "backend-"));
const load = nodeModule._load;
let paths: Record<string, string> = {};
let files = 0;

function install(name: string, source: string): void {
  const path = join(folder, `${files++}.cjs`);
  const tfjs = JSON.stringify(require.resolve("@tensorflow/tfjs"));
  writeFileSync(path, `const tf = require(${tfjs});\n${source}\n`);
  paths[`@tensorflow/${name}`] = path;
}

const KERNELS = 'tf.copyRegisteredKernels("cpu", "tensorflow");';
const NO_BINARY =
  'throw new Error("The Node.js native addon module (tfjs_binding.node) can not be found at path: /x");';
const registers = (isUsingGpuDevice: boolean): string =>
  `${KERNELS}
  tf.registerBackend("tensorflow", () => Object.assign(tf.findBackendFactory("cpu")(), { isUsingGpuDevice: ${isUsingGpuDevice} }));`;

async function choice(wanted = "") {
  vi.stubEnv("RECURSIVEMAS_BACKEND", wanted);
  const { ready } = await import("../../kernel-lib/engine/backend.js");
  return await ready();
}

beforeEach(() => {
  vi.resetModules();
  paths = {};
  nodeModule._load = (request, ...rest) => load(paths[request] ?? request, ...rest);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  nodeModule._load = load;
  const { tf } = await import("../../kernel-lib/engine/tf.js");
  if (tf.engine().backendNames().includes("tensorflow")) tf.removeBackend("tensorflow");
  for (const { kernelName } of tf.getKernelsForBackend("tensorflow"))
    tf.unregisterKernel(kernelName, "tensorflow");
});

afterAll(() => rmSync(folder, { recursive: true }));

describe("a native backend", () => {
  it.each([
    ["came without its binary", `${KERNELS} ${NO_BINARY}`, "installed without its binary"],
    ["finds no GPU", registers(false), "it finds no GPU"],
    [
      "breaks as it starts",
      `${KERNELS} tf.registerBackend("tensorflow", () => { throw new Error("no CUDA"); }); throw new Error("no CUDA");`,
      "no CUDA",
    ],
  ])("takes the place of a GPU package that %s, as if that had never been", async (_, gpu, why) => {
    install("tfjs-node-gpu", gpu);
    install("tfjs-node", registers(false));
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    expect(await choice()).toEqual({ name: "tfjs-node", reason: `tfjs-node-gpu: ${why}` });
    expect(warned).not.toHaveBeenCalled();
    const { tf } = await import("../../kernel-lib/engine/tf.js");
    expect(tf.getBackend()).toBe("tensorflow");
    expect(Array.from(await tf.add([1, 2], [3, 4]).data())).toEqual([4, 6]);
  });

  it("is that of the GPU package where there is a GPU", async () => {
    install("tfjs-node-gpu", registers(true));
    expect(await choice()).toEqual({ name: "tfjs-node-gpu", reason: "the fastest there is" });
  });

  it("of the GPU package is refused by name where there is no GPU", async () => {
    install("tfjs-node-gpu", registers(false));
    await expect(choice("tfjs-node-gpu")).rejects.toThrow("which does not load: it finds no GPU");
  });

  it("leaves the place to wasm when both packages fail", async () => {
    install("tfjs-node-gpu", NO_BINARY);
    install("tfjs-node", `${KERNELS} ${NO_BINARY}`);
    expect(await choice()).toEqual({
      name: "wasm",
      reason: "tfjs-node-gpu: installed without its binary; tfjs-node: installed without its binary",
    });
  });

  it("finds the functions that Node 23 removed", async () => {
    const kept = { isNullOrUndefined: util.isNullOrUndefined, isArray: util.isArray };
    for (const name of Object.keys(kept)) delete util[name];
    try {
      install(
        "tfjs-node",
        `${registers(false)}
        const util = require("util");
        if (!util.isNullOrUndefined(null) || util.isNullOrUndefined(0) || !util.isArray([])) throw new Error("wrong");`,
      );
      expect((await choice("tfjs-node")).name).toBe("tfjs-node");
    } finally {
      Object.assign(util, kept);
    }
  });
});
