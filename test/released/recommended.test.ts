import { describe, expect, test } from "vitest";
import type { ReleasedName } from "../../kernel-lib/released/layout";
import { type Benchmark, recommendedSettings } from "../../kernel-lib/released/recommended";

// m, rounds, batch, as the table of the released inference code has them
const TABLE = `
style             | math500   | medqa     | gpqa      | mbppplus  | aime25    | aime26    | lcb       | bamboogle | hotpotqa
sequential-light  | 32, 3, 16 | 32, 2, 16 | 48, 3, 16 | 48, 3, 16 | 32, 3, 15 | 32, 2, 15 | –         | –         | –
sequential-scaled | 64, 2, 16 | 32, 3, 16 | 32, 2, 16 | 32, 3, 16 | 48, 3, 15 | 64, 3, 15 | 48, 2, 12 | –         | –
mixture           | 64, 3, 16 | 48, 2, 16 | 48, 3, 16 | 32, 3, 16 | 16, 3, 15 | 32, 2, 15 | 16, 2, 12 | –         | –
distillation      | 64, 3, 16 | 64, 2, 16 | 64, 3, 16 | 16, 2, 16 | 32, 3, 15 | 32, 3, 15 | 64, 2, 12 | –         | –
deliberation      | 16, 2, 16 | 16, 2, 16 | 16, 3, 16 | 16, 3, 16 | 16, 3, 15 | 16, 2, 15 | 16, 3, 12 | 16, 3, 8  | 32, 2, 8
`;
const [[, ...benchmarks], ...rows] = TABLE.trim()
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim())) as [string[], ...string[][]];
const CELLS = rows.flatMap(([name, ...cells]) =>
  cells.map((cell, i) => [name as ReleasedName, benchmarks[i] as Benchmark, cell] as const),
);

describe("m, rounds and batch", () => {
  test.each(CELLS)("of %s on %s are %s", (name, benchmark, cell) => {
    if (cell === "–") {
      expect(() => recommendedSettings(name, benchmark)).toThrow(
        /recommend no settings .* Try one of math500, medqa/,
      );
      return;
    }
    const { latentSteps, rounds, batchSize } = recommendedSettings(name, benchmark);
    expect(`${latentSteps}, ${rounds}, ${batchSize}`).toBe(cell);
  });
});

test("answers are sampled at 0.6, code at 0.2, both from 0.95 of the probability", () => {
  for (const benchmark of benchmarks as Benchmark[]) {
    const { decoding, task } = recommendedSettings("deliberation", benchmark);
    const code = benchmark === "mbppplus" || benchmark === "lcb";
    expect(decoding).toEqual({ temperature: code ? 0.2 : 0.6, topP: 0.95 });
    expect(task).toBe(code ? "code" : "math");
  }
});

test.each([
  ["sequential-light", "math500", 1000],
  ["sequential-scaled", "math500", 2000],
  ["sequential-light", "aime25", 8192],
  ["mixture", "aime26", 16000],
  ["distillation", "lcb", 4096],
  ["deliberation", "hotpotqa", 4000],
  ["sequential-light", "gpqa", 4000],
] as const)("an answer of %s on %s has at most %d tokens", (name, benchmark, tokens) => {
  expect(recommendedSettings(name, benchmark).maxNewTokens).toBe(tokens);
});

test("questions with options are told apart from others", () => {
  const kinds = (["medqa", "gpqa", "math500", "hotpotqa", "mbppplus"] as const).map(
    (benchmark) => recommendedSettings("deliberation", benchmark).kind,
  );
  expect(kinds).toEqual(["choice", "choice", "math", "math", "code"]);
});

test("settings say where they come from, and that they were tuned on the test sets", () => {
  expect(recommendedSettings("mixture", "gpqa").source).toMatch(
    /released inference code.*tuned on the test sets/,
  );
});

test("a name or a benchmark that does not exist is refused", () => {
  expect(() => recommendedSettings("x" as "mixture", "gpqa")).toThrow(/name is "x"/);
  expect(() => recommendedSettings("mixture", "gsm8k" as "gpqa")).toThrow(/benchmark is "gsm8k"; it can be /);
});
