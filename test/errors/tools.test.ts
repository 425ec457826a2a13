import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as lab from "../../kernel-lib";
import { expectAdvice, messageOf, settingsIn } from "../support/advice";
import { disposeAgents, type Role, tinyAgents } from "../support/tinySystem";

// Wrong tools and wrong settings of tools: each error names what was given and ends with what to try.
let agents: Record<Role, lab.Agent>;
let start: lab.Forward;
let folder: string;
beforeAll(async () => {
  agents = tinyAgents();
  start = lab.read(agents.planner.model, [{ ids: [[1]] }]);
  folder = await mkdtemp(join(tmpdir(), "corpus-"));
  await writeFile(join(folder, "cut.json"), "[{");
  await writeFile(join(folder, "object.json"), "{}");
});
afterAll(async () => {
  disposeAgents({ agents });
  await rm(folder, { recursive: true });
});

const run = async () => ({ text: "", failed: false });
const named = (name: unknown): lab.Tool => ({ name, description: "", run }) as lab.Tool;
const speak = (options: object): Promise<unknown> =>
  lab.speakWithTools(agents.planner, start, options as lab.SpeakWithToolsOptions);
const withTools = (tools: unknown) => speak({ tools, maxNewTokens: 4 });
const search = (corpus: unknown) => lab.searchTool({ corpus } as lab.SearchToolOptions);

it.each<[title: string, given: string | RegExp, call: () => unknown]>([
  ["no options", "undefined", () => speak(undefined as unknown as object)],
  ["one tool for a list", "tools is {", () => withTools(named("python"))],
  ["a tool that cannot run", "{ name: 'python' }", () => withTools([{ name: "python" }])],
  ["a tool of no tool", "null", () => withTools([null])],
  ["a name that is no tag", '"py thon"', () => withTools([named("py thon")])],
  ["a name that is no text", "7", () => withTools([named(7)])],
  ["the name of results", '"Result"', () => withTools([named("Result")])],
  ["two tools of one name", '"Python"', () => withTools([named("python"), named("Python")])],
  ["no tokens", "maxNewTokens is 0", () => speak({ tools: [], maxNewTokens: 0 })],
  ["half a call", "maxCalls is 0.5", () => speak({ tools: [], maxNewTokens: 4, maxCalls: 0.5 })],
  ["Python in no time", "timeout is 0", () => lab.pythonTool({ timeout: 0 })],
  ["Python in no memory", "memory is 1", () => lab.pythonTool({ memory: 1 })],
  ["Python with a number for options", "10", () => lab.pythonTool(10 as lab.PythonToolOptions)],
  [
    "wheels that are no path",
    "[ 'sympy' ]",
    () => lab.pythonTool({ wheels: ["sympy"] as unknown as string }),
  ],
  ["a program that is no text", "7", () => lab.pythonTool().run(7 as unknown as string)],
  ["no entries", "limit is 0", () => lab.searchTool({ limit: 0 })],
  ["a search in no time", "timeout is -1", () => lab.searchTool({ timeout: -1 })],
  ["a key that is no text", "7", () => lab.searchTool({ apiKey: 7 as unknown as string })],
  ["an endpoint that is no address", '"tavily"', () => lab.searchTool({ endpoint: "tavily" })],
  ["a query that is no text", "undefined", () => lab.searchTool().run(undefined as unknown as string)],
  ["an empty corpus", "[]", () => search([])],
  ["a corpus of texts", "entry 0 of corpus", () => search(["Mars"])],
  ["an entry without a text", "entry 1 of corpus", () => search([{ title: "a", text: "b" }, { title: "c" }])],
  ["an address that is no text", "url: 7", () => search([{ title: "a", text: "b", url: 7 }])],
  ["no corpus", "/none.json", () => search(join(folder, "none.json")).run("mars")],
  ["a corpus that is cut", "cut.json is not JSON", () => search(join(folder, "cut.json")).run("mars")],
  ["a corpus that is an object", "object.json is {}", () => search(join(folder, "object.json")).run("mars")],
  ["a folder without a corpus", "models", () => search(join(__dirname, "../fixtures/models")).run("mars")],
])("%s: the error says what was given and what to try", async (_, given, call) => {
  expectAdvice(await messageOf(call), given);
});

it("the settings that are suggested are taken", async () => {
  for (const wrong of [{ timeout: 0 }, { memory: 1 }]) {
    const tried = settingsIn((await messageOf(() => lab.pythonTool(wrong))).replace(", in seconds", ""));
    expect(lab.pythonTool(tried).name).toBe("python");
  }
});
