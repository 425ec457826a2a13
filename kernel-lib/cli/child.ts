import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { constants } from "node:os";
import { CliError } from "./failure";

/** Runs a program that talks to the person directly; resolves with its exit code (128 + n for signal n). */
export async function runLoud(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<number> {
  return exitCode(spawn(command, args, { ...options, stdio: "inherit" }), command);
}

/** Runs a program for its standard output. */
export async function capture(
  command: string,
  args: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return { code: await exitCode(child, command), stdout, stderr };
}

function exitCode(child: ChildProcess, command: string): Promise<number> {
  // A terminal sends Ctrl-C to the child as well; sent twice, JupyterLab would not ask before it stops.
  const interrupt = () => process.stdin.isTTY || child.kill("SIGINT");
  const terminate = () => child.kill("SIGTERM");
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", terminate);
  return new Promise<number>((resolve, reject) => {
    child.on("error", (error) =>
      reject(
        new CliError(
          `"${command}" does not start: ${error.message}. Try "recursivemas doctor", which looks why.`,
        ),
      ),
    );
    child.on("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? "SIGTERM"]));
  }).finally(() => {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", terminate);
  });
}
