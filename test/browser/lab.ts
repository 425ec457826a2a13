import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { venvPython } from "../../kernel-lib/cli/python";

/** A running JupyterLab on a folder of its own. */
export interface Lab {
  /** The folder it shows: a copy of `notebooks/`, so that nothing in the project changes. */
  folder: string;
  /** Address of a notebook in it, alone in its window. */
  address(notebook: string): string;
  stop(): Promise<void>;
}

const PYTHON = venvPython(".venv");

/** Starts JupyterLab from `.venv` on a free port, with a token of its own. */
export async function startLab(): Promise<Lab> {
  if (!existsSync(PYTHON)) throw new Error(`${PYTHON} is missing: run "npm test" or "npm start" once.`);
  const home = mkdtempSync(join(tmpdir(), "lab-"));
  const folder = join(home, "notebooks");
  cpSync("notebooks", folder, { recursive: true });
  const [port, token] = [await freePort(), randomBytes(16).toString("hex")];
  const settings = [
    "--no-browser",
    `--ServerApp.port=${port}`,
    "--ServerApp.port_retries=0",
    `--IdentityProvider.token=${token}`,
    `--ServerApp.root_dir=${folder}`,
    // the page's own commands then answer to tests
    "--LabApp.expose_app_in_browser=True",
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
  ];
  const child = spawn(PYTHON, ["-m", "jupyterlab", ...settings], {
    // none of the person's own settings
    env: {
      ...process.env,
      JUPYTER_CONFIG_DIR: join(home, "config"),
      JUPYTERLAB_SETTINGS_DIR: join(home, "settings"),
      JUPYTERLAB_WORKSPACES_DIR: join(home, "workspaces"),
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const origin = `http://127.0.0.1:${port}`;
  await answers(`${origin}/api/status?token=${token}`, child, () => log);
  return {
    folder,
    address: (notebook) =>
      `${origin}/doc/workspaces/auto-${randomBytes(4).toString("hex")}/tree/${notebook}?token=${token}`,
    stop: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function answers(url: string, child: ChildProcess, log: () => string): Promise<void> {
  for (let tries = 0; tries < 240; tries++) {
    if (child.exitCode !== null) break;
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await sleep(500);
  }
  child.kill("SIGKILL");
  throw new Error(`JupyterLab does not answer at ${url.replace(/token=.*/, "")}:\n${log()}`);
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Writes a notebook with these code cells into the folder of a lab. */
export function writeNotebook(lab: Lab, name: string, cells: readonly string[]): void {
  const notebook = {
    cells: cells.map((source, index) => ({
      cell_type: "code",
      id: `cell-${index}`,
      metadata: {},
      execution_count: null,
      outputs: [],
      source,
    })),
    metadata: {
      kernelspec: {
        name: "recursivemas",
        display_name: "RecursiveMAS (TypeScript)",
        language: "typescript",
      },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  writeFileSync(join(lab.folder, name), JSON.stringify(notebook));
}
