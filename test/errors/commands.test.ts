import { expect, it } from "vitest";
import { parseCount } from "../../kernel-lib/cli/count";
import { CliError } from "../../kernel-lib/cli/failure";
import { checkOneTarget, targetOf } from "../../kernel-lib/cli/install";
import { buildProgram } from "../../kernel-lib/cli/main";
import { notebookNames, selectNotebooks } from "../../kernel-lib/cli/notebooks";
import { findJupyter, jupyterFailure } from "../../kernel-lib/cli/python";
import { parseParameters } from "../../kernel-lib/cli/reproduce";
import { expectAdvice, messageOf } from "../support/advice";

// Wrong options of the program `recursivemas`: each error says what was given and ends with what to try.
const NOTEBOOKS = ["00-quickstart", "01-links", "01-rounds"];
const PYTHON = {
  executable: "/env/bin/python",
  python: "3.11.7",
  prefix: "/env",
  prefixWritable: false,
  versions: {},
  kernelFolders: [],
  extensionFolders: [],
  userFolder: null,
};
const run = async (...args: string[]) => (await buildProgram()).parseAsync(["node", "recursivemas", ...args]);

it.each<[title: string, given: string, act: () => unknown]>([
  ["reproduce of an unknown notebook", '"02-links"', () => selectNotebooks(NOTEBOOKS, ["02-links"])],
  ["reproduce of a beginning of two", '"01"', () => selectNotebooks(NOTEBOOKS, ["01"])],
  ["reproduce without notebooks", "no notebook in here", () => selectNotebooks([], [], "here")],
  ["reproduce from no folder", "/no/such/folder", () => notebookNames("/no/such/folder")],
  ["reproduce --param steps", '"steps"', () => parseParameters(["steps"])],
  ["bench --only heatmap", '"heatmap"', () => run("bench", "--only", "heatmap")],
  ["bench --repeat many", '"many"', () => run("bench", "--repeat", "many")],
  ["pretrain --role judge", '"judge"', () => run("pretrain", "--role", "judge")],
  ["pretrain --steps 0", '"0"', () => run("pretrain", "--steps", "0")],
  ["install --user --prefix", "--user and --prefix", () => checkOneTarget({ user: true, prefix: "/env" })],
  ["install where one may not write", "/env", () => targetOf(PYTHON, {})],
  ["--python with no Python", '"/no/python"', () => findJupyter(["nbclient"], "/no/python")],
])("%s: the error says what was given and what to try", async (_, given, act) => {
  await expect(async () => act()).rejects.toBeInstanceOf(CliError);
  expectAdvice(await messageOf(act), given);
});

it("the notebook, the count and the parameter that are suggested are taken", async () => {
  const name = await messageOf(() => selectNotebooks(NOTEBOOKS, ["02-links"]));
  expect(selectNotebooks(NOTEBOOKS, [/ Try --only (\S+)\.$/.exec(name)![1]!])).toEqual(["01-links"]);
  const count = await messageOf(() => parseCount("--steps", "many"));
  expect(parseCount("--steps", / Try --steps (\S+)\.$/.exec(count)![1]!)).toBe(10);
  const parameter = await messageOf(() => parseParameters(["steps"]));
  expect(parseParameters([/ Try --param (\S+)\.$/.exec(parameter)![1]!])).toEqual({ steps: 10 });
});

it("what a Python lacks comes with the way to name another: by option if one was given, else by variable", () => {
  expectAdvice(jupyterFailure(["jupyterlab"], PYTHON, "/env/bin/python"), "has no jupyterlab");
  expect(jupyterFailure(["jupyterlab"], PYTHON, "/env/bin/python")).toContain("or --python with");
  expect(jupyterFailure(["jupyterlab"], PYTHON)).toContain("or RECURSIVEMAS_PYTHON with");
  expectAdvice(jupyterFailure(["jupyterlab"], undefined), "No Python was found");
});
