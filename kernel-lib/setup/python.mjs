// The Python side of the setup: an environment of its own in .venv/, with JupyterLab in it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";
import { runQuiet, SetupError, say } from "./run.mjs";
import { filesBelow, fingerprint, fingerprintOfFiles, isStamped, stamp } from "./stamp.mjs";

const OLDEST_PYTHON = [3, 9];
const PROBE =
  "import sys, importlib.util as u; print(*sys.version_info[:3], *[int(bool(u.find_spec(m))) for m in ('venv', 'ensurepip', 'virtualenv')])";

/**
 * @typedef {object} Python
 * @property {string} command path of the interpreter
 * @property {string} version such as "3.11.7"
 * @property {"venv" | "virtualenv" | undefined} maker the module that can create an environment
 */

/** @param {string} folder of an environment @param {NodeJS.Platform} [platform] @returns {string} its interpreter */
export function venvPython(folder, platform = process.platform) {
  return platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
}

/**
 * Every interpreter on PATH by its usual names, in PATH order; `RECURSIVEMAS_PYTHON` comes first.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} [platform]
 * @returns {string[]}
 */
export function pythonCandidates(env, platform = process.platform) {
  const minors = [13, 12, 11, 10, 14, 9];
  const names = ["python3", "python", ...minors.map((minor) => `python3.${minor}`)];
  const files = platform === "win32" ? ["python.exe", "python3.exe"] : names;
  const folders = (env.PATH ?? env.Path ?? "").split(delimiter).filter(Boolean);
  const found = files
    .flatMap((file) => folders.map((folder) => join(folder, file)))
    .filter((path) => existsSync(path));
  return [...(env.RECURSIVEMAS_PYTHON ? [env.RECURSIVEMAS_PYTHON] : []), ...found];
}

/** @param {string} command @returns {Python | undefined} undefined when it does not run */
export function describePython(command) {
  const { status, stdout } = spawnSync(command, ["-c", PROBE], { encoding: "utf8", timeout: 20_000 });
  const answer = /^(\d+) (\d+) (\d+) (\d) (\d) (\d)\s*$/.exec(stdout ?? "");
  if (status !== 0 || !answer) return undefined;
  const [, major, minor, patch, venv, ensurepip, virtualenv] = answer;
  const maker = venv === "1" && ensurepip === "1" ? "venv" : virtualenv === "1" ? "virtualenv" : undefined;
  return { command, version: `${major}.${minor}.${patch}`, maker };
}

/**
 * The first Python that is new enough and can create environments.
 *
 * @param {readonly string[]} candidates
 * @param {(command: string) => Python | undefined} [describe]
 * @returns {Python & { maker: "venv" | "virtualenv" }}
 * @throws {SetupError} with what was found and what to install
 */
export function choosePython(candidates, describe = describePython) {
  /** @type {Python[]} */
  const seen = [];
  for (const command of candidates) {
    const python = describe(command);
    if (!python) continue;
    if (isNewEnough(python.version) && python.maker) return { ...python, maker: python.maker };
    seen.push(python);
  }
  throw new SetupError(pythonFailure(seen));
}

/** @param {string} version */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldMajor = 0, oldMinor = 0] = OLDEST_PYTHON;
  return major > oldMajor || (major === oldMajor && minor >= oldMinor);
}

/** @param {readonly Python[]} seen @returns {string} */
function pythonFailure(seen) {
  const unable = seen.find((python) => isNewEnough(python.version));
  if (unable) {
    return `Python ${unable.version} (${unable.command}) cannot create environments. Try "apt install python3-venv" (Debian, Ubuntu) or "${unable.command} -m pip install --user virtualenv", then run this again.`;
  }
  const wanted = `Python ${OLDEST_PYTHON.join(".")} or newer is needed for JupyterLab`;
  const fix = `Try https://www.python.org/downloads/ (or "apt install python3 python3-venv", "brew install python"), then run this again; RECURSIVEMAS_PYTHON names one that is not on PATH.`;
  const old = seen[0];
  return old
    ? `${wanted}; found only ${old.version} (${old.command}). ${fix}`
    : `${wanted} and none was found on PATH. ${fix}`;
}

/**
 * Creates .venv/ and installs the pinned requirements in it, whichever is missing.
 * @param {string} root @param {string} log @param {{ tests?: boolean }} [options] `tests`: also what only tests need
 * @returns {Promise<string>} the environment's interpreter
 */
export async function preparePython(root, log, { tests = false } = {}) {
  const folder = join(root, ".venv");
  const python = venvPython(folder);
  if (!existsSync(python) || describePython(python) === undefined) {
    const base = choosePython(pythonCandidates(process.env));
    say(`Creating the Python environment .venv with Python ${base.version} ...`);
    const { code } = await runQuiet(base.command, ["-m", base.maker, "--clear", folder], { cwd: root, log });
    if (code !== 0) throw new SetupError(environmentFailure(base, relative(root, log)));
  }
  const setup = join(root, "kernel-lib", "setup");
  const requirements = join(setup, "requirements.txt");
  const done = join(folder, "requirements.stamp");
  const mark = fingerprint([readFileSync(requirements)]);
  if (!isStamped(done, mark)) {
    say("Installing JupyterLab into .venv (about a minute) ...");
    await install(python, ["-r", requirements], { root, log });
    writeLabSettings(folder);
    stamp(done, mark);
  }
  if (tests) await installTools(python, setup, { root, log, mark });
  return python;
}

/** What only `npm test` needs: the tools that notebooks meet elsewhere, and our plug-in for papermill. */
/** @param {string} python @param {string} setup @param {{ root: string, log: string, mark: string }} options */
async function installTools(python, setup, { root, log, mark }) {
  const requirements = join(setup, "requirements-test.txt");
  const plugin = join(setup, "papermill-typescript");
  const done = join(root, ".venv", "requirements-test.stamp");
  const parts = [requirements, ...filesBelow(plugin, ".py"), ...filesBelow(plugin, ".toml")];
  const marked = fingerprint([mark, fingerprintOfFiles(parts)]);
  if (isStamped(done, marked)) return;
  say("Installing papermill, nbval and Jupyter's own kernel tests into .venv ...");
  await install(python, ["-r", requirements, plugin], { root, log });
  stamp(done, marked);
}

/** @param {string} python @param {readonly string[]} what @param {{ root: string, log: string }} options */
async function install(python, what, { root, log }) {
  const quiet = ["--quiet", "--no-input", "--disable-pip-version-check"];
  const args = ["-m", "pip", "install", ...quiet, ...what];
  const { code, output } = await runQuiet(python, args, { cwd: root, log });
  if (code !== 0) throw new SetupError(pipFailure(output, relative(root, log)));
}

/** @param {Python} base @param {string} log @returns {string} */
function environmentFailure(base, log) {
  return `Python ${base.version} (${base.command}) could not create .venv; details are in ${log}. Try "apt install python3-venv" on Debian and Ubuntu, or RECURSIVEMAS_PYTHON with the path of another Python.`;
}

/** @param {string} output of pip @param {string} log @returns {string} */
export function pipFailure(output, log) {
  if (
    /No matching distribution|Could not find a version/.test(output) &&
    !/connection|resolve|Retrying/i.test(output)
  ) {
    const name = /No matching distribution found for (\S+)/.exec(output)?.[1] ?? "a package";
    return `The Python packages could not be installed: the package index has no ${name} for this Python; details are in ${log}. Try another Python (3.9 to 3.13): name it with RECURSIVEMAS_PYTHON, delete .venv and run this again.`;
  }
  if (/No space left/.test(output)) return "The disk is full. Try this again with about 1 GB free.";
  return `The Python packages could not be downloaded: the package index does not answer; details are in ${log}. Try this again when the network answers ("pip config list" shows the proxy).`;
}

/** No question about news on the first start. @param {string} folder */
function writeLabSettings(folder) {
  const path = join(folder, "share", "jupyter", "lab", "settings", "overrides.json");
  const settings = {
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
  };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(settings, null, 2)}\n`);
}
