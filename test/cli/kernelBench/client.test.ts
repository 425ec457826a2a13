import { rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KernelClient } from "../../../kernel-lib/cli/kernelBench/client";
import { buildKernel, folderWith, LIBRARY } from "../../kernel/build";

let main: string;
let library: string;
let folder: string;
let kernel: KernelClient;

beforeAll(async () => {
  main = buildKernel();
  library = folderWith(LIBRARY);
  folder = folderWith({ "here.txt": "" });
  // set by the command itself, as a benchmark hands no environment on
  const start = `process.env.RECURSIVEMAS_PRELOAD = ${JSON.stringify(library)};
require(${JSON.stringify(main)}).startKernel(process.argv[1]);`;
  kernel = await KernelClient.spawn({
    argv: [process.execPath, "-e", start, "{connection_file}"],
    folder,
  });
}, 60_000);

afterAll(async () => {
  await kernel?.close();
  for (const made of [path.dirname(path.dirname(main)), library, folder]) {
    rmSync(made, { recursive: true, force: true });
  }
});

describe("KernelClient", () => {
  it("runs cells in the folder it was given, whether or not the kernel is already there", async () => {
    await kernel.execute('if (!require("fs").existsSync("here.txt")) throw new Error("elsewhere");');
    await kernel.execute('if (typeof evaluate !== "function") throw new Error("no library");');
  });

  it("offers what the kernel offers", async () => {
    expect(await kernel.complete("evalua")).toContain("evaluate");
    expect(await kernel.complete('"text".toUpp')).toContain("toUpperCase");
  });

  it("fails with a cell that fails", async () => {
    await expect(kernel.execute('throw new Error("on purpose");')).rejects.toThrow(/failed: throw new Error/);
    await kernel.execute("1 + 1");
  });

  it("fails when the process has ended by itself", async () => {
    const dead = await KernelClient.spawn({ argv: [process.execPath, "-e", "0"], folder });
    await expect(dead.execute("1")).rejects.toThrow("has ended by itself");
    await dead.close();
  });
});
