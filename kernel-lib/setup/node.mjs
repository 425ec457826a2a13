// The Node side of the setup: version, npm packages, compiled sources.
import { chmodSync, existsSync, readFileSync, unlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { FLAT } from "./flatten.mjs";
import { runQuiet, SetupError, say, textOf } from "./run.mjs";
import { filesBelow, fingerprint, fingerprintOfFiles, isStamped, stamp } from "./stamp.mjs";

const OLDEST_NODE = [20, 19];

/** @param {string} version such as "20.19.0" @throws {SetupError} when it is too old */
export function checkNode(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldMajor = 0, oldMinor = 0] = OLDEST_NODE;
  if (major > oldMajor || (major === oldMajor && minor >= oldMinor)) return;
  throw new SetupError(
    `Node ${version} is too old: Node ${OLDEST_NODE.join(".")} or newer is needed. Try one from https://nodejs.org (or "nvm install 22"), then run this again.`,
  );
}

/**
 * Whether node_modules lacks something the lock file names. Optional packages may be absent: they are for other
 * platforms, or could not be downloaded.
 *
 * @param {string} lockText text of package-lock.json
 * @param {string} installedText text of node_modules/.package-lock.json, "" when there is none
 */
export function packagesAreStale(lockText, installedText) {
  if (!installedText) return true;
  /** @type {(text: string) => Record<string, { version?: string, optional?: boolean, peer?: boolean }>} */
  const packages = (text) => JSON.parse(text).packages ?? {};
  const installed = packages(installedText);
  return Object.entries(packages(lockText)).some(([path, wanted]) => {
    if (path === "") return false;
    const found = installed[path];
    return found ? found.version !== wanted.version : !wanted.optional;
  });
}

/** @param {string} root @param {string} log */
export async function installPackages(root, log) {
  const lock = readFileSync(join(root, "package-lock.json"), "utf8");
  if (!packagesAreStale(lock, textOf(join(root, "node_modules", ".package-lock.json")))) return;
  say("Installing npm packages (about half a minute) ...");
  const args = [
    "ci",
    "--no-audit",
    "--no-fund",
    "--include=dev",
    "--include=optional",
    "--loglevel=error",
    "--fetch-retry-maxtimeout=20000",
  ];
  // Under `npm start`, npm says where it lives; elsewhere Windows finds npm.cmd only through a shell.
  const npm = process.env.npm_execpath;
  const { code, output } = npm?.endsWith(".js")
    ? await runQuiet(process.execPath, [npm, ...args], { cwd: root, log })
    : await runQuiet("npm", args, { cwd: root, log, shell: process.platform === "win32" });
  if (code !== 0) throw new SetupError(npmFailure(output, relative(root, log)));
}

/** @param {string} output of npm @param {string} log @returns {string} */
export function npmFailure(output, log) {
  if (/\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network)\b/.test(output)) {
    return `The npm packages could not be downloaded: the npm registry does not answer; details are in ${log}. Try this again when the network answers ("npm config get proxy" shows the proxy).`;
  }
  if (/\bENOSPC\b/.test(output)) return "The disk is full. Try this again with about 1 GB free.";
  const reason = /^npm error (?!code|A complete log)(.+)$/m.exec(output)?.[1] ?? "npm ci failed";
  return `The npm packages could not be installed (${reason.replace(/\.$/, "")}). Details are in ${log}. Try "npm ci", which shows the same by hand.`;
}

/** Compiles kernel-lib/ to dist/ when a source changed. @param {string} root @param {string} log */
export async function build(root, log) {
  const dist = join(root, "dist");
  const sources = filesBelow(join(root, "kernel-lib"), ".ts");
  const inputs = [...sources, join(root, "tsconfig.json"), join(root, "package-lock.json")];
  const mark = fingerprint([process.cwd(), fingerprintOfFiles(inputs)]);
  const built = join(dist, ".stamp");
  if (isStamped(built, mark) && existsSync(join(dist, "cli", "main.js")) && existsSync(join(dist, FLAT)))
    return;
  say("Compiling the TypeScript sources ...");
  removeOrphans(dist, join(root, "kernel-lib"));
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const args = [compiler, "-p", join(root, "tsconfig.json"), "--pretty", "false"];
  const { code, output } = await runQuiet(process.execPath, args, { cwd: root, log });
  if (code !== 0)
    throw new SetupError(
      `${output.trim()}\nThe TypeScript sources do not compile. Try "npm run typecheck", which shows the same after each change.`,
    );
  // its packages may have been installed a moment ago, after this process had looked for them
  const rolled = await runQuiet(process.execPath, [join(root, "kernel-lib", "setup", "flatten.mjs")], {
    cwd: root,
    log,
  });
  if (rolled.code !== 0) throw new SetupError(flatFailure(rolled.output, relative(root, log)));
  // npx makes a program of ours executable only the first time that it sees this folder
  chmodSync(join(dist, "cli", "main.js"), 0o755);
  stamp(built, mark);
}

/** @param {string} output of flatten.mjs @param {string} log @returns {string} its reason, without the stack */
export function flatFailure(output, log) {
  const reason = /^(?:\w*Error: )(.+)$/m.exec(output)?.[1] ?? "the bundler stopped";
  return `${reason.replace(/\.$/, "")}; details are in ${log}. Try deleting dist, then "npm run build".`;
}

/** A module that moved from x.ts to x/index.ts would otherwise be shadowed by the x.js it left behind. */
/** @param {string} dist @param {string} sources */
export function removeOrphans(dist, sources) {
  if (!existsSync(dist)) return;
  for (const path of [
    ...filesBelow(dist, ".js"),
    ...filesBelow(dist, ".d.ts"),
    ...filesBelow(dist, ".js.map"),
  ]) {
    if (relative(dist, path) === FLAT) continue;
    const source = relative(dist, path).replace(/\.(js|d\.ts|js\.map)$/, ".ts");
    if (!existsSync(join(sources, source))) unlinkSync(path);
  }
}
