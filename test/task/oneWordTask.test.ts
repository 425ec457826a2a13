import { expect, test } from "vitest";
import { checkTaskOptions, oneWordTask } from "../../kernel-lib/task/oneWordTask";

const example = (split: string, i: number) => ({
  id: `${split}-${i}`,
  question: {},
  answer: "g",
  messages: [],
});
const task = oneWordTask(
  {
    name: "letters",
    maxNewTokens: 3,
    examples: (split, size) => Array.from({ length: size }, (_, i) => example(split, i)),
  },
  { trainSize: 2, testSize: 1 },
);

test("each split has as many questions as its size says", () => {
  expect(task.train.map(({ id }) => id)).toEqual(["train-0", "train-1"]);
  expect(task.test.map(({ id }) => id)).toEqual(["test-0"]);
});

test("the first word of a text is its answer, and no other", () => {
  expect(task.grade("g is parent of g", task.test[0]!)).toBe(true);
  expect(task.grade("\n g , go k", task.test[0]!)).toBe(true);
  expect(task.grade("k , go g", task.test[0]!)).toBe(false);
  expect(task.grade("gg", task.test[0]!)).toBe(false);
  expect(task.grade("", task.test[0]!)).toBe(false);
});

test("sizes that are no counts, and an empty list of roles, are refused with something to try", () => {
  expect(() => checkTaskOptions("letters", { testSize: 0 })).toThrow(/testSize is 0; .* Try testSize: 1/);
  expect(() => checkTaskOptions("letters", { trainSize: 2.5 })).toThrow(/trainSize is 2\.5/);
  expect(() => checkTaskOptions("letters", { roles: [] }, ["one", "two"])).toThrow(
    /the number of roles is 0; .* Try roles: \["one", "two"\]\.$/,
  );
  expect(() => checkTaskOptions("letters", 3 as never)).toThrow(/letters was given 3; .* Try letters\(/);
});
