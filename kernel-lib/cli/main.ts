#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { packageRoot } from "../engine/packageRoot";
import * as doctor from "./doctor";
import { CliError } from "./failure";
import * as install from "./install";
import * as lab from "./lab";
import * as reproduce from "./reproduce";

interface CommandModule {
  register(program: Command): void;
}

/** Commands that compute are loaded only when wanted: TensorFlow.js takes a second. */
const COMPUTING: readonly (() => Promise<CommandModule>)[] = [
  () => import("./pretrain.js"),
  () => import("./bench.js"),
];

/** The command-line program, ready to parse; `wanted` is the command it will be asked for, if one is known. */
export async function buildProgram(wanted?: string): Promise<Command> {
  const { version, description } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
  const program = new Command("recursivemas")
    .description(description)
    .version(version)
    .showHelpAfterError()
    .enablePositionalOptions();
  const light = [lab, install, doctor, reproduce];
  for (const command of light) command.register(program);
  if (program.commands.some((command) => command.name() === wanted)) return program;
  for (const load of COMPUTING) (await load()).register(program);
  return program;
}

async function main(): Promise<void> {
  try {
    await (await buildProgram(process.argv[2])).parseAsync();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    console.error(error.message);
    process.exitCode = error.exitCode;
  }
}

if (require.main === module) void main();
