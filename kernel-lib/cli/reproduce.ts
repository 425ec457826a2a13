import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { Command } from "commander";
import { writeFileAtomic } from "../checkpoint/atomic";
import { packageRoot } from "../engine/packageRoot";
import { COMMAND_VARIABLE, commandLine } from "../experiment/commandLine";
import { KERNEL_NAME } from "../kernel/spec";
import { runLoud } from "./child";
import { CliError } from "./failure";
import { notebookFolder } from "./lab";
import { notebookNames, notebookPath, selectNotebooks } from "./notebooks";
import { findJupyter, setupScript } from "./python";

interface Options {
  only: string[];
  param: string[];
  quick?: boolean;
  fresh?: boolean;
  write?: boolean;
  out?: string;
  notebooks?: string;
  python?: string;
}

/** What `summary.json` holds about each notebook. */
interface Outcome {
  name: string;
  ok: boolean;
  seconds: number;
}

/** `recursivemas reproduce`: every table and figure again, by running the notebooks through the real kernel. */
export function register(program: Command): void {
  program
    .command("reproduce")
    .description("run the notebooks without a browser and collect their figures and results")
    .option("--only <name...>", "only these notebooks; the beginning of a name is enough", [])
    .option("--quick", "small sizes: minutes instead of hours")
    .option("--fresh", "compute again what is already stored")
    .option("-p, --param <name=value...>", "other values for parameters, such as steps=10", [])
    .option("--write", "put the executed notebooks in place of those that were run")
    .option("--out <dir>", "folder for executed notebooks, figures and results (default: .runs/reproduce)")
    .option("--notebooks <dir>", "folder of the notebooks (default: notebooks)")
    .option("--python <path>", "Python with nbclient (default: the one of .venv)")
    .action(reproduce);
}

async function reproduce(options: Options): Promise<void> {
  const home = notebookFolder(packageRoot(), process.cwd());
  const folder = resolve(options.notebooks ?? join(home, "notebooks"));
  const out = resolve(options.out ?? join(home, ".runs", "reproduce"));
  const names = selectNotebooks(notebookNames(folder), options.only, relative(process.cwd(), folder) || ".");
  const { executable } = await findJupyter(["nbclient", "nbformat"], options.python);
  const { quick, fresh, param } = options;
  const started = { ...process.env, [COMMAND_VARIABLE]: commandLine(process.argv, packageRoot()) };
  const env = notebookEnvironment(started, { quick, fresh, out, parameters: parseParameters(param) });
  await mkdir(out, { recursive: true });
  const began = Date.now();
  const outcomes: (Outcome & { stopped: boolean })[] = [];
  for (const name of names) {
    const outcome = await runOne(name, { folder, out, executable, env, clean: options.write === true });
    outcomes.push(outcome);
    await writeSummary(out, outcomes);
    if (outcome.stopped) break;
    if (outcome.ok && options.write) {
      await writeFileAtomic(notebookPath(folder, name), await readFile(notebookPath(out, name)));
    }
  }
  await listFiles(out, began);
  const failed = outcomes.filter((outcome) => !outcome.ok).map((outcome) => outcome.name);
  console.log(
    `\n${outcomes.length - failed.length} of ${names.length} notebooks ran in ${seconds(Date.now() - began)} s${failed.length ? `; not finished: ${failed.join(", ")}` : ""}`,
  );
  if (outcomes.at(-1)?.stopped) throw new CliError("Stopped on request; what had run is kept.", 130);
  if (failed.length)
    throw new CliError(
      `${failed.join(", ")} did not finish. Try opening ${notebookPath(out, failed[0]!)}: it holds the error.`,
    );
}

interface RunSettings {
  quick?: boolean;
  fresh?: boolean;
  out: string;
  parameters?: Record<string, unknown>;
}

/** The environment through which a notebook learns its parameters. */
export function notebookEnvironment(
  base: NodeJS.ProcessEnv,
  { quick, fresh, out, parameters = {} }: RunSettings,
): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...base, RECURSIVEMAS_OUT: out };
  if (quick) env.RECURSIVEMAS_QUICK = "1";
  if (fresh) env.RECURSIVEMAS_FRESH = "1";
  if (Object.keys(parameters).length) env.RECURSIVEMAS_PARAMS = JSON.stringify(parameters);
  return env;
}

/** Reads `name=value` pairs; a value that is JSON (a number, a list, true) is taken as that, any other as text. */
export function parseParameters(pairs: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(pairs.map(parsePair));
}

function parsePair(pair: string): [string, unknown] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
  if (!name || value === undefined)
    throw new CliError(`--param is "${pair}"; it must be name=value. Try --param steps=10.`);
  try {
    return [name, JSON.parse(value)];
  } catch {
    return [name, value];
  }
}

interface Place {
  folder: string;
  out: string;
  executable: string;
  env: NodeJS.ProcessEnv;
  clean: boolean;
}

async function runOne(name: string, place: Place): Promise<Outcome & { stopped: boolean }> {
  console.log(`\n${name}`);
  const began = Date.now();
  const script = [
    setupScript("execute_notebook.py"),
    notebookPath(place.folder, name),
    notebookPath(place.out, name),
  ];
  const options = ["--kernel", KERNEL_NAME, ...(place.clean ? ["--clean"] : [])];
  const code = await runLoud(place.executable, [...script, ...options], { env: place.env });
  return { name, ok: code === 0, seconds: seconds(Date.now() - began), stopped: code === 130 };
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}

async function writeSummary(out: string, notebooks: readonly Outcome[]): Promise<void> {
  const rows = notebooks.map(({ name, ok, seconds }) => ({ name, ok, seconds }));
  await writeFileAtomic(join(out, "summary.json"), `${JSON.stringify({ notebooks: rows }, null, 2)}\n`);
}

/** Lists what this run wrote; files of earlier runs stay unnamed. */
async function listFiles(out: string, since: number): Promise<void> {
  const entries = await readdir(out, { recursive: true });
  const written: string[] = [];
  for (const entry of entries.sort()) {
    const about = await stat(join(out, entry));
    if (about.isFile() && about.mtimeMs >= since - 1000)
      written.push(`  ${entry} (${kilobytes(about.size)})`);
  }
  console.log(`\nwritten to ${out}:\n${written.join("\n")}`);
}

function kilobytes(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${Math.round(bytes / 1024)} kB`;
}
