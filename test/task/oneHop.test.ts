import { expect, test } from "vitest";
import { isHeldOut } from "../../kernel-lib/task/forest";
import { oneHopLesson } from "../../kernel-lib/task/oneHop";
import { oneHopExam } from "../../kernel-lib/task/oneHopCheck";
import { parsed, pointers } from "./forests";

const SIZES = { forests: 4, queries: 5, easySteps: 20 };
const MESSAGE = /^([a-l]) is parent of ([a-l]) , go \1$/;

/** Lessons from all stages: small forests at first, full ones later. */
const LESSONS = Array.from({ length: 60 }, (_, step) => oneHopLesson(3, step, SIZES));

test("a lesson is known from its seed and step alone", () => {
  expect(oneHopLesson(3, 17, SIZES)).toEqual(LESSONS[17]);
  expect(oneHopLesson(3, 18, SIZES)).not.toEqual(LESSONS[17]);
  expect(oneHopLesson(4, 17, SIZES)).not.toEqual(LESSONS[17]);
});

test("lessons never show a held-out tree, so no agent has seen a test question", () => {
  for (const { forests } of LESSONS) {
    for (const forest of forests) {
      expect(isHeldOut({ parent: pointers(forest), start: 0, order: [] })).toBe(false);
    }
  }
});

test("each reply is the one right hop from the slot's last word", () => {
  for (const { forests, queries } of LESSONS) {
    expect(queries).toHaveLength(5);
    for (const asked of queries) {
      expect(asked).toHaveLength(4);
      for (const [f, { slot, reply }] of asked.entries()) {
        const node = slot.split(" ").at(-1)!;
        const parent = parsed(forests[f]!)[node];
        expect(reply).toBe(`${parent} is parent of ${node} , go ${parent}`);
      }
    }
  }
});

test("all slots of a lesson are equally long, and are the end of a message", () => {
  for (const { queries } of LESSONS) {
    const slots = queries.flat().map(({ slot }) => slot.split(" "));
    const [{ length }] = slots as [string[]];
    const pattern = MESSAGE.source
      .replaceAll("\\1", "[a-l]")
      .slice(1, -1)
      .split(" ")
      .slice(-length)
      .join(" ");
    for (const slot of slots) {
      expect(slot).toHaveLength(length);
      expect(slot.join(" ")).toMatch(new RegExp(`^${pattern}$`));
    }
  }
});

test("slots of one word to a whole message come up", () => {
  const lengths = new Set(LESSONS.map(({ queries }) => queries[0]![0]!.slot.split(" ").length));
  expect([...lengths].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test("easy lessons begin with three or four nodes and grow; without them forests are mostly full", () => {
  const sizeAt = (step: number): number => Object.keys(parsed(LESSONS[step]!.forests[0]!)).length;
  expect(sizeAt(0)).toBeLessThanOrEqual(4);
  const early = [0, 1, 2, 3, 4].map(sizeAt).reduce((a, b) => a + b) / 5;
  const middle = [15, 16, 17, 18, 19].map(sizeAt).reduce((a, b) => a + b) / 5;
  expect(middle).toBeGreaterThan(early);
  const late = Array.from({ length: 40 }, (_, i) => sizeAt(20 + i)).filter((size) => size === 12).length;
  expect(late).toBeGreaterThan(24);
});

test("the examination asks one hop on held-out trees of twelve nodes", () => {
  for (const words of [1, 2, 8]) {
    const exam = oneHopExam(0, 30, words);
    expect(exam).toHaveLength(30);
    for (const { forest, slot, reply } of exam) {
      expect(isHeldOut({ parent: pointers(forest), start: 0, order: [] })).toBe(true);
      expect(slot.split(" ")).toHaveLength(words);
      const node = slot.split(" ").at(-1)!;
      expect(reply).toMatch(MESSAGE);
      expect(reply).toBe(`${parsed(forest)[node]} is parent of ${node} , go ${parsed(forest)[node]}`);
    }
  }
  expect(oneHopExam(0, 30, 1)).toEqual(oneHopExam(0, 30, 1));
  expect(oneHopExam(1, 30, 1)).not.toEqual(oneHopExam(0, 30, 1));
});
