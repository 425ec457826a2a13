import { join, resolve } from "node:path";
import type { Command } from "commander";
import { installKernelSpec, KERNEL_NAME } from "../kernel/spec";
import { messageOf } from "./check";
import { firstKernelSpec } from "./doctorKernel";
import { CliError } from "./failure";
import { findJupyter, type JupyterPython } from "./python";

interface Options {
  sysPrefix?: boolean;
  user?: boolean;
  prefix?: string;
  python?: string;
}

/** `recursivemas install`: makes the kernel known to a Jupyter. */
export function register(program: Command): void {
  program
    .command("install")
    .description("register the kernel with Jupyter, by default the one of the Python environment found")
    .option("--sys-prefix", "into the environment of that Python (the default)")
    .option("--user", "for this person, for every Jupyter of theirs")
    .option("--prefix <dir>", "into the environment in this folder")
    .option("--python <path>", "the Python of that Jupyter (default: .venv, the active environment, PATH)")
    .action(async (options: Options) => {
      checkOneTarget(options);
      if (options.prefix) {
        await install({ prefix: resolve(options.prefix) });
        return;
      }
      const python = await findJupyter(["jupyter-client"], options.python);
      const folder = await install(targetOf(python, options));
      const note = shadowNote(python, folder);
      if (note) console.log(note);
    });
}

/** Where a kernelspec goes: an environment's prefix, or a Jupyter data folder. */
export type InstallTarget = { prefix: string } | { dataFolder: string };

/**
 * Writes the kernelspec.
 *
 * @returns the folder that was written
 * @throws {CliError} if the place cannot be written
 */
export async function install(target: InstallTarget): Promise<string> {
  try {
    const folder = await installKernelSpec(target);
    console.log(`The kernel ${KERNEL_NAME} is registered in ${folder}.`);
    return folder;
  } catch (error) {
    const place = "prefix" in target ? target.prefix : target.dataFolder;
    const attempt = "prefix" in target ? "--user, or --prefix" : "--prefix";
    throw new CliError(
      `${place} cannot be written: ${messageOf(error)}. Try ${attempt} with a folder of yours.`,
    );
  }
}

/** @throws {CliError} if two places are asked for at once */
export function checkOneTarget({ sysPrefix, user, prefix }: Options): void {
  const asked = [sysPrefix && "--sys-prefix", user && "--user", prefix && "--prefix"].filter(Boolean);
  if (asked.length > 1) {
    throw new CliError(`${asked.join(" and ")} name two places. Try ${asked[0]} alone.`);
  }
}

/** @throws {CliError} if that Python's environment cannot be written */
export function targetOf(python: JupyterPython, { user }: Options): InstallTarget {
  if (user && python.userFolder) return { dataFolder: python.userFolder };
  if (python.prefixWritable) return { prefix: python.prefix };
  throw new CliError(
    `${python.prefix} cannot be written. Try --user, or --python with the Python of an environment of yours.`,
  );
}

/** What to say when this Jupyter finds another kernelspec before the one in `folder`; undefined when it does not. */
export function shadowNote(python: JupyterPython, folder: string): string | undefined {
  const first = firstKernelSpec(python);
  if (!first || resolve(first) === resolve(join(folder, "kernel.json"))) return undefined;
  return `Jupyter of ${python.executable} finds ${first} before it. Try deleting that one's folder.`;
}
