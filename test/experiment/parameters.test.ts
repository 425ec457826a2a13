import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parameters } from "../../kernel-lib/experiment/parameters";

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
  ["5", /^RECURSIVEMAS_PARAMS is 5, and it must be an object such as \{"steps": 10\}$/],
  ["null", /is null, and it must be an object/],
  ["[1]", /is \[1\], and it must be an object/],
  ['{"step": 10}', /^RECURSIVEMAS_PARAMS names "step", and this notebook has steps, name, fast, rounds$/],
  ['{"toString": 10}', /names "toString"/],
  ['{"steps": "10"}', /^RECURSIVEMAS_PARAMS gives steps = "10", and it must be a number$/],
  ['{"rounds": 4}', /gives rounds = 4, and it must be a list of numbers/],
  ['{"rounds": {"a": 4}}', /gives rounds = \{"a":4\}, and it must be a list of numbers/],
  ['{"rounds": ["4"]}', /gives rounds = \["4"\], and it must be a list of numbers/],
  ['{"rounds": null}', /gives rounds = null/],
  ['{"fast": 1}', /gives fast = 1, and it must be a boolean/],
])("RECURSIVEMAS_PARAMS=%s is refused", (text, message) => {
  vi.stubEnv("RECURSIVEMAS_PARAMS", text);
  expect(() => parameters(DEFAULTS)).toThrow(message);
});
