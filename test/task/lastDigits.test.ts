import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { lastDigits } from "../../kernel-lib/task/lastDigits";
import { goldMessage } from "../../kernel-lib/task/task";

const TASK = lastDigits({ trainSize: 100, testSize: 100 });

const parentsOf = (forest: string): Map<string, string> =>
  new Map(
    forest
      .split(" ;")
      .filter((pair) => pair.trim())
      .map((pair) => pair.trim().split(" ") as [string, string]),
  );

function rootOf(forest: string, start: string): { root: string; depth: number } {
  const parent = parentsOf(forest);
  let [root, depth] = [start, 0];
  for (; parent.get(root) !== root; depth++) root = parent.get(root)!;
  return { root, depth };
}

test("the answer is what Python says of the target's program, which holds the root and the factor", () => {
  const programs = TASK.test.map(({ question, target }) => {
    const { root } = rootOf(question.forest!, question.start!);
    const [number, program] = target!.split(/ : <python> | <\/python>/) as [string, string];
    expect(number).toBe(root);
    expect(program).toBe(`print ( ${root} * ${question.factor} % 100 )`);
    return program;
  });
  const printed = execFileSync("python3", ["-c", programs.join("\n")], { encoding: "utf8" });
  expect(TASK.test.map(({ answer }) => answer)).toEqual(printed.trim().split("\n"));
});

test("depths 1 to 4 come equally often, factors are 2 to 99", () => {
  for (const { question, facts } of TASK.test) {
    expect(rootOf(question.forest!, question.start!).depth).toBe(facts!.depth);
    expect(Number(question.factor)).toBeGreaterThanOrEqual(2);
    expect(Number(question.factor)).toBeLessThanOrEqual(99);
  }
  for (let depth = 1; depth <= 4; depth++) {
    expect(TASK.test.filter(({ facts }) => facts!.depth === depth)).toHaveLength(25);
  }
});

test("a round is one hop of the reflector, and a call of the tool-caller with where it has come", () => {
  const deep = TASK.test.find(({ facts }) => facts!.depth === 4)!;
  const { forest, start, factor } = deep.question;
  const parent = parentsOf(forest!);
  const first = parent.get(start!)!;
  const second = parent.get(first)!;
  expect(goldMessage(deep, "reflector", 1)).toBe(`${first} is parent of ${start} , go ${first}`);
  expect(goldMessage(deep, "toolcaller", 1)).toBe(
    `${first} : <python> print ( ${first} * ${factor} % 100 ) </python> go ${first}`,
  );
  expect(goldMessage(deep, "reflector", 2)).toBe(`${second} is parent of ${first} , go ${second}`);
  const { root } = rootOf(forest!, start!);
  expect(goldMessage(deep, "reflector", 5)).toBe(`${root} is parent of ${root} , go ${root}`);
});

test("a right guess of the root is no right answer, but for chance", () => {
  const lucky = TASK.test.filter((example) => {
    const { root } = rootOf(example.question.forest!, example.question.start!);
    return TASK.grade(root, example);
  });
  expect(lucky.length).toBeLessThan(8);
});
