import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import ts from "typescript";

const ROOT = path.join(__dirname, "..", "..");

/** Compiles the kernel as it stands in the sources, without types; returns its main file. */
export function buildKernel(): string {
  // Inside the project, so that its packages are found.
  mkdirSync(path.join(ROOT, ".cache"), { recursive: true });
  const out = mkdtempSync(path.join(ROOT, ".cache", "kernel-"));
  const sources = readdirSync(path.join(ROOT, "kernel-lib", "kernel"))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.join("kernel", file));
  for (const source of [...sources, path.join("engine", "bridge.ts")]) {
    const { outputText } = ts.transpileModule(readFileSync(path.join(ROOT, "kernel-lib", source), "utf8"), {
      compilerOptions: {
        module: ts.ModuleKind.CommonJS,
        target: ts.ScriptTarget.ES2022,
        esModuleInterop: true,
      },
    });
    const file = path.join(out, source.replace(/\.ts$/, ".js"));
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, outputText);
  }
  return path.join(out, "kernel", "main.js");
}

/** Writes files given by their paths into a new folder outside the project. */
export function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(path.join(tmpdir(), "kernel-test-"));
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}

/** A small package to preload, with values, types, documentation and a file behind its index. */
export const LIBRARY: Record<string, string> = {
  "package.json": JSON.stringify({
    name: "fake-library",
    version: "1.2.3",
    main: "dist/index.js",
    types: "dist/index.d.ts",
  }),
  "dist/index.d.ts": `
export { Agent } from "./agent";
export type { Role } from "./agent";
/** What an evaluation found. */
export interface Score { accuracy: number; }
/**
 * Grades a system on a number of questions.
 *
 * @param questions How many to ask, at least 1.
 * @returns The share that was right, as {@link Score} holds it.
 * @throws RangeError when there are none
 * @example
 * await evaluate(20)
 */
export declare function evaluate(questions: number): Promise<Score>;
/** Counts to \`total\`, ten times a second, until it is told to stop. */
export declare function count(total: number): Promise<{ counted: number; stopped: boolean }>;
export declare function progress(): string;
export declare function fail(): never;
`,
  "dist/agent.d.ts": `
export type Role = "planner" | "solver";
export declare class Agent { constructor(role: Role); readonly role: Role; }
`,
  "dist/agent.js": `
class Agent {
  constructor(role) { this.role = role; }
  async [Symbol.for("Jupyter.display")]() {
    return { "text/html": "<b>" + this.role + "</b>", "text/plain": "an agent" };
  }
}
exports.Agent = Agent;
`,
  "dist/index.js": `
const bridge = () => globalThis[Symbol.for("recursivemas.kernel")];
exports.Agent = require("./agent").Agent;
exports.evaluate = async (questions) => ({ accuracy: 1 / questions });
exports.count = async (total) => {
  const { signal } = bridge();
  for (let counted = 0; counted < total; counted++) {
    if (signal.aborted) return { counted, stopped: true };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { counted: total, stopped: false };
};
exports.progress = () => {
  bridge().display({ "text/plain": "0 %" }, { displayId: "bar" });
  bridge().display({ "text/plain": "100 %" }, { displayId: "bar", update: true });
  return "done";
};
exports.fail = () => { throw new RangeError("too far"); };
`,
};
