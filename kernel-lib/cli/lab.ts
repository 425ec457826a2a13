import { existsSync } from "node:fs";
import { join, sep } from "node:path";
import type { Command } from "commander";
import { packageRoot } from "../engine/packageRoot";
import { KERNEL_NAME } from "../kernel/spec";
import { runLoud } from "./child";
import { findJupyter } from "./python";

/** `recursivemas lab [args...]`: JupyterLab on the notebooks. */
export function register(program: Command): void {
  program
    .command("lab")
    .description("open JupyterLab on the notebooks; further arguments go to JupyterLab")
    .argument("[args...]", "such as --no-browser --port 9999")
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .action(async (args: string[]) => {
      const { executable } = await findJupyter(["jupyterlab"]);
      const folder = notebookFolder(packageRoot(), process.cwd());
      const lab = labArguments(args, {
        folder,
        hasQuickStart: existsSync(join(folder, QUICK_START)),
        uid: process.getuid?.(),
      });
      process.exitCode = await runLoud(executable, ["-m", "jupyterlab", ...lab], { cwd: folder });
    });
}

const QUICK_START = "notebooks/00-quickstart.ipynb";

/** The project itself in a clone; the folder the person is in when this is an installed package. */
export function notebookFolder(root: string, cwd: string): string {
  return root.split(sep).includes("node_modules") ? cwd : root;
}

/** The arguments of JupyterLab: the person's own, and ours where they said nothing. */
export function labArguments(
  given: readonly string[],
  { folder, hasQuickStart, uid }: { folder: string; hasQuickStart: boolean; uid: number | undefined },
): string[] {
  const has = (...names: readonly string[]) => given.some((arg) => names.includes(arg.split("=")[0]!));
  const ours: string[] = [];
  if (!has("--ServerApp.root_dir", "--notebook-dir", "--preferred-dir"))
    ours.push(`--ServerApp.root_dir=${folder}`);
  if (hasQuickStart && !has("--LabApp.default_url", "--ServerApp.default_url")) {
    ours.push(`--LabApp.default_url=/lab/tree/${QUICK_START}`);
  }
  if (!has("--MultiKernelManager.default_kernel_name")) {
    ours.push(`--MultiKernelManager.default_kernel_name=${KERNEL_NAME}`);
  }
  if (uid === 0 && !has("--allow-root")) ours.push("--allow-root");
  return [...ours, ...given];
}
