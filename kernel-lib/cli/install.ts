import { resolve } from "node:path";
import type { Command } from "commander";
import { installKernelSpec, KERNEL_NAME } from "../kernel/spec";
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
      const folder = await installKernelSpec(await installTarget(options));
      console.log(`The kernel ${KERNEL_NAME} is registered in ${folder}.`);
    });
}

/** Where a kernelspec goes: an environment's prefix, or a Jupyter data folder. */
export type InstallTarget = { prefix: string } | { dataFolder: string };

async function installTarget(options: Options): Promise<InstallTarget> {
  checkOneTarget(options);
  if (options.prefix) return { prefix: resolve(options.prefix) };
  const python = await findJupyter(["jupyter_client"], options.python);
  return targetOf(python, options);
}

/** @throws {CliError} if two places are asked for at once */
export function checkOneTarget({ sysPrefix, user, prefix }: Options): void {
  const asked = [sysPrefix && "--sys-prefix", user && "--user", prefix && "--prefix"].filter(Boolean);
  if (asked.length > 1) throw new CliError(`${asked.join(" and ")} name two places: give one of them.`);
}

/** @throws {CliError} if that Python's environment cannot be written */
export function targetOf(python: JupyterPython, { user }: Options): InstallTarget {
  if (user && python.userFolder) return { dataFolder: python.userFolder };
  if (python.prefixWritable) return { prefix: python.prefix };
  throw new CliError(
    `${python.prefix} cannot be written: use --user, or --python with the Python of an environment of yours.`,
  );
}
