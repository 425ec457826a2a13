// `npm test`: types, style, unit tests; then through the real kernel Jupyter's own tests, the tools that run notebooks
// elsewhere, and the quick-start notebook.
// Arguments narrow the unit tests: npm test -- test/link
import { rmSync } from "node:fs";
import { join } from "node:path";
import { main, prepare, ROOT } from "./prepare.mjs";
import { venvPython } from "./python.mjs";
import { runLoud, say, textOf } from "./run.mjs";
import { countNotebooks, countPython, countUnits, sum } from "./tally.mjs";

const OUT = join(ROOT, ".runs", "test");
const UNITS = join(OUT, "units.json");
const PYTHON = venvPython(join(ROOT, ".venv"));

/** @param {string} title @param {readonly string[]} args @param {string} [program] */
function stage(title, args, program = process.execPath) {
  say(`\n== ${title}`);
  return runLoud(program, args, { cwd: ROOT });
}

/** @param {string} title @param {string} name of the report @param {readonly string[]} paths of Python tests */
async function pythonStage(title, name, paths) {
  const report = join(OUT, name);
  const args = ["-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short", `--junitxml=${report}`];
  return countPython(await stage(title, [...args, ...paths], PYTHON), textOf(report));
}

/** @param {number} code */
const check = (code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 });

/** @param {string} name @param {string} script */
const tool = (name, script) => join(ROOT, "node_modules", ...name.split("/"), ...script.split("/"));

await main(async () => {
  await prepare({ tests: true });
  rmSync(OUT, { recursive: true, force: true });
  const types = [tool("typescript", "bin/tsc"), "-p", "test/tsconfig.json", "--noEmit"];
  const style = [
    tool("@biomejs/biome", "bin/biome"),
    "check",
    "--config-path=.config",
    "--error-on-warnings",
  ];
  const units = [tool("vitest", "vitest.mjs"), "run", "--config", "test/vitest.config.mts"];
  const reports = ["--reporter=default", "--reporter=json", `--outputFile.json=${UNITS}`];
  const notebook = ["reproduce", "--only", "00-quickstart", "--quick", "--out", OUT];
  const counts = [
    check(await stage("types", types)),
    check(await stage("style", style)),
    countUnits(await stage("unit tests", [...units, ...reports, ...process.argv.slice(2)]), textOf(UNITS)),
    await pythonStage("Jupyter's own kernel tests", "conformance.xml", ["test/kernel/conformance.py"]),
    await pythonStage("nbclient, nbconvert, nbval, papermill", "tools.xml", ["test/setup", "test/tools"]),
    countNotebooks(
      await stage("quick-start notebook", [join(ROOT, "dist", "cli", "main.js"), ...notebook]),
      textOf(join(OUT, "summary.json")),
    ),
  ];
  const { passed, failed } = sum(counts);
  say(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});
