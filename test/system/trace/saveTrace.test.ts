import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DISPLAY } from "../../../kernel-lib/engine/bridge";
import { traceDiagram } from "../../../kernel-lib/report/traceDiagram";
import { loadTrace, saveTrace, Trace } from "../../../kernel-lib/system/trace";
import { STEPS, traceOf } from "../../support/traces";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "traces-"));
  path = join(folder, "deep", "one.json");
});
afterEach(() => rm(folder, { recursive: true }));

test("a loaded trace is the one that was saved, and shows itself alike", async () => {
  const trace = traceOf();
  await saveTrace(trace, path);
  const loaded = await loadTrace(path);
  expect(loaded).toBeInstanceOf(Trace);
  expect(loaded).toEqual(trace);
  expect(loaded[DISPLAY]()).toEqual(trace[DISPLAY]());
  expect(await traceDiagram(loaded).toSVG()).toBe(await traceDiagram(trace).toSVG());
});

test("vectors are float32 in base64, little-endian, and nothing that follows from them is stored", async () => {
  await saveTrace(traceOf(), path);
  const { steps } = JSON.parse(await readFile(path, "utf8"));
  expect(Object.keys(steps[0].thoughts[0])).toEqual(["readings", "vector"]);
  // 3 is 0x40400000 and 4 is 0x40800000
  expect([...Buffer.from(steps[0].thoughts[0].vector, "base64")]).toEqual([
    0, 0, 0x40, 0x40, 0, 0, 0x80, 0x40,
  ]);
});

test("numbers that are none survive", async () => {
  const nowhere = {
    readings: [{ token: "?", probability: Number.NaN }],
    vector: Float32Array.of(Number.NaN, 1),
  };
  const steps = [{ ...STEPS[0]!, thoughts: [{ ...nowhere, norm: Number.NaN, cosine: null }] }];
  await saveTrace(traceOf({ steps }), path);
  expect((await loadTrace(path)).steps).toEqual(steps);
});

test("nothing but the file is left in the folder", async () => {
  await saveTrace(traceOf(), path);
  await saveTrace(traceOf({ id: "another" }), path);
  expect(await readdir(join(folder, "deep"))).toEqual(["one.json"]);
  expect((await loadTrace(path)).id).toBe("another");
});

test.each<[problem: string, change: (file: Record<string, unknown>) => unknown]>([
  ['its kind is undefined, not "trace"', ({ kind, ...rest }) => rest],
  ["its format is 2, and this version reads 1", (file) => ({ ...file, format: 2 })],
  ["gold is undefined, not a text", ({ gold, ...rest }) => rest],
  ["question.problem is 42, not a text", (file) => ({ ...file, question: { problem: 42 } })],
  ["steps is {}, not a list", (file) => ({ ...file, steps: {} })],
  ["steps[0].round is undefined, not a number", (file) => ({ ...file, steps: [{}] })],
  [
    "steps[1].calls[0].failed is undefined, not true or false",
    ({ steps, ...rest }) => {
      const [first, second] = steps as [object, object];
      return { ...rest, steps: [first, { ...second, calls: [{ tool: "python", input: "", output: "" }] }] };
    },
  ],
  [
    'steps[0].thoughts[0].vector is "AAAA", not float32 numbers in base64',
    ({ steps, ...rest }) => {
      const [first] = steps as [object];
      return { ...rest, steps: [{ ...first, thoughts: [{ readings: [], vector: "AAAA" }] }] };
    },
  ],
  [
    'system.order[1] is "judge", not the role of one of its agents',
    ({ system, ...rest }) => ({ ...rest, system: { ...(system as object), order: ["reflector", "judge"] } }),
  ],
  [
    'system.medium is "smoke", not "latent" or "text"',
    ({ system, ...rest }) => ({ ...rest, system: { ...(system as object), medium: "smoke" } }),
  ],
  ["it is null, not an object", () => null],
])("a file is refused where %s", async (problem, change) => {
  await saveTrace(traceOf(), path);
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, "utf8")))));
  await expect(loadTrace(path)).rejects.toThrow(`${path} is no saved trace: ${problem}. Try `);
});
