import { expect, test } from "vitest";
import { goldMessage } from "../../kernel-lib/task/task";
import { THREE_MAPS_CHANCE, threeMaps } from "../../kernel-lib/task/threeMaps";

const TASK = threeMaps({ trainSize: 200, testSize: 200 });

/** A map as its prompt lists it. */
function mapOf(text: string): Map<string, string> {
  const pairs = text.split(" ;").filter((pair) => pair.trim());
  return new Map(pairs.map((pair) => pair.trim().split(" ") as [string, string]));
}

test("the answer is where the three maps lead one after the other", () => {
  for (const { question, answer } of [...TASK.train, ...TASK.test]) {
    const number = mapOf(question.math!).get(question.start!)!;
    const greek = mapOf(question.code!).get(number)!;
    expect(mapOf(question.science!).get(greek)).toBe(answer);
  }
});

test("each map is a bijection of eight symbols onto eight others", () => {
  for (const { question } of TASK.test) {
    for (const text of [question.math!, question.code!, question.science!]) {
      const map = mapOf(text);
      expect(map.size).toBe(8);
      expect(new Set(map.values()).size).toBe(8);
    }
  }
});

test("no map of a test question is a map of a training question", () => {
  const key = (text: string): string => [...mapOf(text)].sort().join(" ");
  const maps = (examples: typeof TASK.test): Set<string> =>
    new Set(examples.flatMap(({ question: { math, code, science } }) => [math!, code!, science!].map(key)));
  const trained = maps(TASK.train);
  expect([...maps(TASK.test)].filter((map) => trained.has(map))).toEqual([]);
});

test("whoever sees two of the maps finds all colours equally likely: as many of each, within chance", () => {
  const counts = new Map<string, number>();
  for (const { answer } of threeMaps({ trainSize: 1, testSize: 1600 }).test) {
    counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }
  // 200 of each are expected, with a standard deviation of 13
  expect(counts.size).toBe(8);
  for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(53);
  expect(THREE_MAPS_CHANCE).toBe(0.125);
});

test("in each round one specialist knows what is due, the others repeat it, and the summarizer says the furthest", () => {
  const [example] = TASK.test;
  const { question, answer } = example!;
  const start = question.start!;
  const number = mapOf(question.math!).get(start)!;
  const greek = mapOf(question.code!).get(number)!;
  const say = (round: number) =>
    ["math", "code", "science", "summarizer"].map((role) => goldMessage(example!, role, round));
  expect(say(1)).toEqual([
    `${number} after ${start} , go ${number}`,
    `${start} after ${start} , go ${start}`,
    `${start} after ${start} , go ${start}`,
    `${number} leads , go ${number}`,
  ]);
  expect(say(2)).toEqual([
    `${number} after ${number} , go ${number}`,
    `${greek} after ${number} , go ${greek}`,
    `${number} after ${number} , go ${number}`,
    `${greek} leads , go ${greek}`,
  ]);
  expect(say(3)[2]).toBe(`${answer} after ${greek} , go ${answer}`);
  expect(say(4)).toEqual([
    ...Array(3).fill(`${answer} after ${answer} , go ${answer}`),
    `${answer} leads , go ${answer}`,
  ]);
  expect(say(9)).toEqual(say(4));
});

test("alone, the first specialist goes one step and another none", () => {
  const of = (alone: "math" | "science") => threeMaps({ trainSize: 1, testSize: 1, alone }).test[0]!;
  const { question } = of("math");
  const number = mapOf(question.math!).get(question.start!)!;
  expect(of("math").messages).toEqual([
    { math: `${number} after ${question.start} , go ${number}` },
    { math: `${number} after ${number} , go ${number}` },
  ]);
  const stay = { science: `${question.start} after ${question.start} , go ${question.start}` };
  expect(of("science").messages).toEqual([stay, stay]);
});

test("the first word of a text is graded", () => {
  const [example] = TASK.test;
  expect(TASK.grade(`${example!.answer} leads , go ${example!.answer}`, example!)).toBe(true);
  expect(TASK.grade(`no ${example!.answer}`, example!)).toBe(false);
  expect(TASK.grade("", example!)).toBe(false);
});

test("the same seed makes the same questions, another seed others, and sizes are checked", () => {
  expect(threeMaps({ trainSize: 5, testSize: 5 }).test).toEqual(TASK.test.slice(0, 5));
  expect(threeMaps({ seed: 1, trainSize: 5, testSize: 5 }).test).not.toEqual(TASK.test.slice(0, 5));
  expect(() => threeMaps({ testSize: 0 })).toThrow("testSize");
});
