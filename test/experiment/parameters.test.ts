import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parameters, setParameters } from "../../kernel-lib/experiment/parameters";

const DEFAULTS = { steps: 150, name: "base", fast: false, rounds: [1, 2, 3] };

beforeEach(() => {
  vi.stubEnv("RECURSIVEMAS_PARAMS", undefined);
  vi.stubEnv("RECURSIVEMAS_QUICK", undefined);
  vi.spyOn(console, "log").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("without a wish the defaults stand, and are printed", () => {
  expect(parameters(DEFAULTS, { quick: { steps: 20 } })).toEqual(DEFAULTS);
  expect(console.log).toHaveBeenCalledExactlyOnceWith(
    'steps = 150, name = "base", fast = false, rounds = [1,2,3]',
  );
});

test("a quick run takes its own values and keeps the others", () => {
  vi.stubEnv("RECURSIVEMAS_QUICK", "1");
  expect(parameters(DEFAULTS, { quick: { steps: 20, rounds: [1] } })).toEqual({
    ...DEFAULTS,
    steps: 20,
    rounds: [1],
  });
});

test("RECURSIVEMAS_QUICK other than 1 is no quick run", () => {
  vi.stubEnv("RECURSIVEMAS_QUICK", "0");
  expect(parameters(DEFAULTS, { quick: { steps: 20 } }).steps).toBe(150);
});

test("single values are overridden by name, also in a quick run", () => {
  vi.stubEnv("RECURSIVEMAS_QUICK", "1");
  vi.stubEnv("RECURSIVEMAS_PARAMS", '{"steps": 10, "fast": true, "rounds": [4], "name": "x"}');
  expect(parameters(DEFAULTS, { quick: { steps: 20 } })).toEqual({
    steps: 10,
    fast: true,
    rounds: [4],
    name: "x",
  });
});

test("the defaults themselves stay as they are", () => {
  vi.stubEnv("RECURSIVEMAS_PARAMS", '{"steps": 10}');
  const given = { steps: 150 };
  parameters(given);
  expect(given).toEqual({ steps: 150 });
});

test.each([
  ["{", /^RECURSIVEMAS_PARAMS is not JSON: /],
  ["5", /^RECURSIVEMAS_PARAMS is 5, and it must be an object\. Try RECURSIVEMAS_PARAMS='\{"steps": 10\}'\.$/],
  ["null", /is null, and it must be an object/],
  ["[1]", /is \[1\], and it must be an object/],
  [
    '{"step": 10}',
    /^RECURSIVEMAS_PARAMS names "step", and this notebook has steps, name, fast, rounds\. Try "steps"\.$/,
  ],
  ['{"toString": 10}', /names "toString"/],
  [
    '{"steps": "10"}',
    /^RECURSIVEMAS_PARAMS gives steps = "10", and it must be a number\. Try \{"steps":150\}\.$/,
  ],
  ['{"rounds": 4}', /gives rounds = 4, and it must be a list of numbers/],
  ['{"rounds": {"a": 4}}', /gives rounds = \{"a":4\}, and it must be a list of numbers/],
  ['{"rounds": ["4"]}', /gives rounds = \["4"\], and it must be a list of numbers/],
  ['{"rounds": null}', /gives rounds = null/],
  ['{"fast": 1}', /gives fast = 1, and it must be a boolean/],
])("RECURSIVEMAS_PARAMS=%s is refused", (text, message) => {
  vi.stubEnv("RECURSIVEMAS_PARAMS", text);
  expect(() => parameters(DEFAULTS)).toThrow(message);
});

test("setParameters changes what parameters returned, and prints it again", () => {
  const settings = parameters(DEFAULTS);
  setParameters({ steps: 3, rounds: [2] });
  expect(settings).toEqual({ ...DEFAULTS, steps: 3, rounds: [2] });
  expect(console.log).toHaveBeenLastCalledWith('steps = 3, name = "base", fast = false, rounds = [2]');
});

test("setParameters takes quick values for quick: true, and single values over them", () => {
  const settings = parameters(DEFAULTS, { quick: { steps: 20, rounds: [1] } });
  setParameters({ quick: true, steps: 3 });
  expect(settings).toEqual({ ...DEFAULTS, steps: 3, rounds: [1] });
});

test("a parameter called quick is like any other", () => {
  const settings = parameters({ steps: 150, quick: "no" }, { quick: { steps: 20 } });
  setParameters({ quick: "yes" });
  expect(settings).toEqual({ steps: 150, quick: "yes" });
});

test("setParameters means the newest declaration", () => {
  const [older, newer] = [parameters({ steps: 1 }), parameters({ rounds: 2 })];
  setParameters({ rounds: 5 });
  expect([older, newer]).toEqual([{ steps: 1 }, { rounds: 5 }]);
});

test("setParameters reads text as the type that is wanted, and keeps text that is wanted", () => {
  const settings = parameters(DEFAULTS, { quick: { steps: 20 } });
  setParameters({ quick: "true", fast: "true", rounds: "[4, 5]", name: "12" });
  expect(settings).toEqual({ steps: 20, fast: true, rounds: [4, 5], name: "12" });
});

test.each([
  [{ step: 10 }, /^setParameters names "step", and this notebook has steps, name, fast, rounds, quick\b/],
  [{ steps: "ten" }, /^setParameters gives steps = "ten", and it must be a number\b/],
  [{ steps: "true" }, /^setParameters gives steps = "true", and it must be a number\b/],
  [{ quick: 1 }, /^setParameters gives quick = 1, and it must be a boolean\b/],
])("setParameters refuses %j and changes nothing", (values, message) => {
  const settings = parameters(DEFAULTS);
  expect(() => setParameters({ fast: true, ...values })).toThrow(message);
  expect(settings).toEqual(DEFAULTS);
});

test("without declared parameters setParameters has nothing to change", async () => {
  vi.resetModules();
  const fresh = await import("../../kernel-lib/experiment/parameters.js");
  expect(() => fresh.setParameters({ steps: 3 })).not.toThrow();
});
