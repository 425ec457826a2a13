import { expect, test } from "vitest";
import { Evaluation } from "../../kernel-lib/experiment/evaluation";
import { evaluationSeries, evaluationTable } from "../../kernel-lib/report/evaluations";

/** `correct` of ten questions right, in two seconds. */
const evaluation = (rounds: number, correct: number): Evaluation => {
  const answers = Array.from({ length: 10 }, (_, i) => ({
    id: String(i),
    text: "",
    correct: i < correct,
    roundsUsed: rounds,
    calls: 0,
    facts: {},
  }));
  return new Evaluation("latent", rounds, answers, 2, 8.5, 6 * rounds);
};

const ROWS = [evaluation(1, 5).toRow(), evaluation(2, 8).toRow()];

test("a row has the figures of its evaluation, per question", () => {
  expect(ROWS[1]).toEqual({
    rounds: 2,
    questions: 10,
    accuracy: 0.8,
    low: expect.closeTo(0.4902, 4),
    high: expect.closeTo(0.9433, 4),
    tokens: 8.5,
    latentSteps: 12,
    roundsUsed: 2,
    toolCalls: 0,
    seconds: 0.2,
  });
});

test("rows survive being stored as JSON", () => {
  expect(JSON.parse(JSON.stringify(ROWS))).toEqual(ROWS);
});

test("a table has one line per name and round, with intervals in per cent and times in milliseconds", () => {
  const shown = evaluationTable({ latent: ROWS, text: ROWS.slice(0, 1) }, { caption: "By round" });
  const markdown = shown.toMarkdown().split("\n");
  expect(markdown[0]).toBe("By round");
  const cells = markdown
    .filter((line) => line.startsWith("| "))
    .map((line) =>
      line
        .slice(2, -2)
        .split("|")
        .map((cell) => cell.trim()),
    );
  expect(cells[0]).toEqual([
    "system",
    "rounds",
    "questions",
    "accuracy",
    "95 % interval",
    "tokens / question",
    "latent steps / question",
    "ms / question",
  ]);
  expect(cells.slice(2)).toEqual([
    ["latent", "1", "10", "50.0 %", "23.7–76.3", "8.5", "6", "200.0"],
    ["latent", "2", "10", "80.0 %", "49.0–94.3", "8.5", "12", "200.0"],
    ["text", "1", "10", "50.0 %", "23.7–76.3", "8.5", "6", "200.0"],
  ]);
});

test("a series of accuracies carries intervals, others do not", () => {
  expect(evaluationSeries({ latent: ROWS }, "accuracy")).toEqual([
    {
      label: "latent",
      points: [
        { rounds: 1, value: 0.5, low: expect.closeTo(0.2366, 4), high: expect.closeTo(0.7634, 4) },
        { rounds: 2, value: 0.8, low: expect.closeTo(0.4902, 4), high: expect.closeTo(0.9433, 4) },
      ],
    },
  ]);
  expect(evaluationSeries({ latent: ROWS, text: [] }, "tokens")).toEqual([
    {
      label: "latent",
      points: [
        { rounds: 1, value: 8.5 },
        { rounds: 2, value: 8.5 },
      ],
    },
    { label: "text", points: [] },
  ]);
  expect(evaluationSeries({ latent: ROWS.slice(0, 1) }, "seconds")[0]!.points).toEqual([
    { rounds: 1, value: 0.2 },
  ]);
});
