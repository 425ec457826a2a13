import { expect, test } from "vitest";
import { findTheRoot } from "../../kernel-lib/task/findTheRoot";
import { isHeldOut } from "../../kernel-lib/task/forest";
import { guidedRoot } from "../../kernel-lib/task/guidedRoot";
import { goldMessage } from "../../kernel-lib/task/task";
import { parsed, pointers } from "./forests";

const TASK = guidedRoot({ trainSize: 90, testSize: 90 });

test("answers are roots, depths 1 to 9 come equally often, and test forests are held out", () => {
  for (const { question, answer, facts } of TASK.test) {
    const parent = parsed(question.forest!);
    let node = question.start!;
    for (let i = 0; i < facts!.depth!; i++) {
      expect(node).not.toBe(answer);
      node = parent[node]!;
    }
    expect(node).toBe(answer);
    expect(parent[answer]).toBe(answer);
    expect(isHeldOut({ parent: pointers(question.forest!), start: 0, order: [] })).toBe(true);
  }
  const depths = TASK.test.map(({ facts }) => facts!.depth);
  for (let depth = 1; depth <= 9; depth++) expect(depths.filter((d) => d === depth)).toHaveLength(10);
});

test("a round is three hops of the expert, a word each, and one of the learner", () => {
  const deep = TASK.test.find(({ facts }) => facts!.depth === 9)!;
  const parent = parsed(deep.question.forest!);
  const way = [deep.question.start!];
  while (way.length < 14) way.push(parent[way.at(-1)!]!);
  const [, one, two, three, four, five, six, seven, eight, nine] = way;
  expect(goldMessage(deep, "expert", 1)).toBe(`${one} ${two} ${three} , go ${three}`);
  expect(goldMessage(deep, "learner", 1)).toBe(`${four} ${four} ${four} , go ${four}`);
  expect(goldMessage(deep, "expert", 2)).toBe(`${five} ${six} ${seven} , go ${seven}`);
  expect(goldMessage(deep, "learner", 2)).toBe(`${eight} ${eight} ${eight} , go ${eight}`);
  expect(goldMessage(deep, "expert", 3)).toBe(`${nine} ${nine} ${nine} , go ${nine}`);
  expect(goldMessage(deep, "learner", 7)).toBe(`${nine} ${nine} ${nine} , go ${nine}`);
});

test("alone, the learner walks a hop a round", () => {
  const alone = guidedRoot({ trainSize: 1, testSize: 9, roles: ["learner"] });
  const deep = alone.test.find(({ facts }) => facts!.depth === 9)!;
  const parent = parsed(deep.question.forest!);
  let node = deep.question.start!;
  for (let round = 1; round <= 9; round++) {
    node = parent[node]!;
    expect(goldMessage(deep, "learner", round)).toBe(`${node} ${node} ${node} , go ${node}`);
  }
});

test("its questions are not those of findTheRoot of the same seed", () => {
  const other = findTheRoot({ trainSize: 1, testSize: 90 });
  expect(TASK.test.map(({ question }) => question)).not.toEqual(other.test.map(({ question }) => question));
});
