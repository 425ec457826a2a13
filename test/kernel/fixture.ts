import { rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import { buildKernel, folderWith, LIBRARY } from "./build";
import { TestKernel } from "./client";

/** What the tests of one file share. */
export interface Bench {
  kernel: TestKernel;
  /** Where the notebook would lie. */
  folder: string;
  /** Starts one more kernel of the same kind. */
  another(): Promise<TestKernel>;
}

export interface BenchOptions {
  env?: NodeJS.ProcessEnv;
  /** Options of Node before the kernel's main file. */
  nodeArguments?: string[];
}

/** Starts one kernel for the tests of a file, beside `files`, with a small library preloaded, and cleans up. */
export function useKernel(files: Record<string, string> = {}, options: BenchOptions = {}): Bench {
  const bench = {} as Bench;
  const kernels: TestKernel[] = [];
  let folders: string[] = [];
  beforeAll(async () => {
    const main = buildKernel();
    const library = folderWith(LIBRARY);
    bench.folder = folderWith(files);
    folders = [path.dirname(path.dirname(main)), library, bench.folder];
    const env = { RECURSIVEMAS_PRELOAD: library, ...options.env };
    bench.another = async () => {
      const kernel = await TestKernel.start(main, bench.folder, env, options.nodeArguments);
      kernels.push(kernel);
      return kernel;
    };
    bench.kernel = await bench.another();
  });
  afterAll(async () => {
    await Promise.all(kernels.map((kernel) => kernel.close()));
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
  return bench;
}
