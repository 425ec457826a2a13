import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as lab from "../../kernel-lib";
import { expectAdvice, messageOf } from "../support/advice";
import { disposeAgents, tinySystem } from "../support/tinySystem";
import { STEPS, traceOf } from "../support/traces";

// Wrong calls around traces: each error names what was given and ends with what to try.
const task = lab.findTheRoot({ trainSize: 1, testSize: 1 });
const wrong = (value: unknown): never => value as never;
let system: lab.RecursiveSystem;
let folder: string;
beforeAll(async () => {
  system = await tinySystem();
  folder = await mkdtemp(join(tmpdir(), "traces-"));
  await writeFile(join(folder, "broken.json"), "{");
});
afterAll(async () => {
  disposeAgents(system);
  system.dispose();
  await rm(folder, { recursive: true });
});

const words = traceOf({ steps: [{ ...STEPS[1]!, thoughts: undefined }] });
const others = traceOf({ system: { ...traceOf().system, order: ["toolcaller"] } });

it.each<[title: string, given: string, call: () => unknown]>([
  ["one example for many", "the examples are", () => lab.traceMany(system, wrong(task.test[0]))],
  ["no example", "the examples are []", () => lab.traceMany(system, [])],
  ["a text among examples", '"why"', () => lab.traceMany(system, [task.test[0]!, wrong("why")])],
  ["batches of none", "batchSize is 0", () => lab.traceMany(system, task.test, { batchSize: 0 })],
  ["a trace that is none", "a list", () => lab.saveTrace(wrong([traceOf()]), join(folder, "one.json"))],
  ["a trace nowhere", "the path undefined", () => lab.saveTrace(traceOf(), wrong(undefined))],
  [
    "a folder that is a file",
    "broken.json",
    () => lab.saveTrace(traceOf(), join(folder, "broken.json", "x")),
  ],
  ["no file", "none.json cannot be read (ENOENT)", () => lab.loadTrace(join(folder, "none.json"))],
  ["a folder for a file", "(EISDIR)", () => lab.loadTrace(folder)],
  ["a file that is not JSON", "broken.json", () => lab.loadTrace(join(folder, "broken.json"))],
  ["a path that is none", "the path 7", () => lab.loadTrace(wrong(7))],
  ["a diagram of a list", "a list", () => lab.traceDiagram(wrong([traceOf()]))],
  ["a diagram of a promise", "Promise", () => lab.traceDiagram(wrong(Promise.resolve(traceOf())))],
  ["a diagram of no turns", '"six-by-seven"', () => lab.traceDiagram(traceOf({ steps: [] }))],
  ["a map of nothing", "the traces are []", () => lab.latentMap([])],
  ["a map of no traces", "the traces are undefined", () => lab.latentMap(wrong(undefined))],
  ["a map of something else", '"latents"', () => lab.latentMap([traceOf(), wrong("latents")])],
  ["a map of words", "none of 1 trace", () => lab.latentMap(words)],
  ["a map of two systems", "toolcaller of width 3", () => lab.latentMap([traceOf(), others])],
  ["a thought too far", "thought is 3", () => lab.latentMap(traceOf(), { thought: 3 })],
])("%s is refused with what to try", async (_, given, call) => {
  expectAdvice(await messageOf(call), given);
});

it("the thought that is suggested is there", () => {
  const first = traceOf({ steps: STEPS.slice(0, 1) });
  expect(() => lab.latentMap(first, { thought: 9 })).toThrow("Try thought: 2,");
  expect(lab.latentMap(first, { thought: 2 })).toBeInstanceOf(lab.Figure);
});
