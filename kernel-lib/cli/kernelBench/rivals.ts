import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packageRoot } from "../../engine/packageRoot";
import { kernelSpec } from "../../kernel/spec";
import type { KernelCommand } from "./client";

/** This kernel and the one it is compared with, in one folder. */
export interface Rivals {
  ours: KernelCommand;
  /** tslab as it comes, which has the library once a cell has imported it. */
  stock: KernelCommand;
  close(): Promise<void>;
}

/** The cell that gives stock tslab the library; ours has it from the start. */
export const IMPORT = 'import * as mas from "recursivemas";';

/**
 * Makes a folder as if a person had installed the library there. Of its types, only those of Node lie beside it, which is
 * the least that stock tslab has to read.
 */
export async function openRivals(): Promise<Rivals> {
  const folder = await mkdtemp(join(tmpdir(), "recursivemas-bench-"));
  const modules = join(folder, "node_modules");
  await mkdir(join(modules, "@types"), { recursive: true });
  const nodeTypes = dirname(require.resolve("@types/node/package.json"));
  await symlink(packageRoot(), join(modules, "recursivemas"), "junction");
  await symlink(nodeTypes, join(modules, "@types", "node"), "junction");
  const tslab = join(dirname(require.resolve("tslab/package.json")), "bin", "tslab");
  return {
    ours: { argv: kernelSpec().argv, folder },
    stock: { argv: [process.execPath, tslab, "kernel", "--config-path", "{connection_file}"], folder },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
