// `npm test`: types, style, unit tests, then the quick-start notebook through the real kernel.
// Arguments narrow the unit tests: npm test -- test/link
import { rmSync } from "node:fs";
import { join } from "node:path";
import { main, prepare, ROOT } from "./prepare.mjs";
import { runLoud, say, textOf } from "./run.mjs";
import { countNotebooks, countUnits, sum } from "./tally.mjs";

const OUT = join(ROOT, ".runs", "test");
const UNITS = join(OUT, "units.json");

/** @param {string} title @param {readonly string[]} args of node */
function stage(title, args) {
  say(`\n== ${title}`);
  return runLoud(process.execPath, args, { cwd: ROOT });
}

/** @param {number} code */
const check = (code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 });

/** @param {string} name @param {string} script */
const tool = (name, script) => join(ROOT, "node_modules", ...name.split("/"), ...script.split("/"));

await main(async () => {
  await prepare();
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
    countNotebooks(
      await stage("quick-start notebook", [join(ROOT, "dist", "cli", "main.js"), ...notebook]),
      textOf(join(OUT, "summary.json")),
    ),
  ];
  const { passed, failed } = sum(counts);
  say(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});
