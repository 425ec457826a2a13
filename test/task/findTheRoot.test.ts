import { expect, test } from "vitest";
import { findTheRoot } from "../../kernel-lib/task/findTheRoot";
import { isHeldOut } from "../../kernel-lib/task/forest";
import { goldMessage } from "../../kernel-lib/task/task";
import { parsed, pointers } from "./forests";

const TASK = findTheRoot({ trainSize: 180, testSize: 90 });

test("the sizes are those asked for, ids are unique, and the second question is this one", () => {
  expect(TASK.train).toHaveLength(180);
  expect(TASK.test).toHaveLength(90);
  const ids = [...TASK.train, ...TASK.test].map(({ id }) => id);
  expect(new Set(ids).size).toBe(270);
  expect(TASK.test[1]).toMatchObject({
    id: "test-1",
    question: {
      forest: "k f ; j j ; c j ; d c ; l l ; b l ; i g ; e h ; f f ; g c ; h j ; a f ;",
      start: "e",
    },
    answer: "j",
    facts: { depth: 2 },
  });
});

test("the same seed makes the same task, another seed another", () => {
  expect(findTheRoot({ trainSize: 20, testSize: 20 }).test).toEqual(TASK.test.slice(0, 20));
  expect(findTheRoot({ seed: 1, trainSize: 20, testSize: 20 }).test).not.toEqual(TASK.test.slice(0, 20));
});

test("a larger task begins with the smaller one", () => {
  expect(findTheRoot({ trainSize: 60, testSize: 10 }).train).toEqual(TASK.train.slice(0, 60));
});

test("each prompt lists each of twelve nodes once, and its answer is as many hops up as its depth says", () => {
  for (const { question, answer, facts } of [...TASK.train, ...TASK.test]) {
    const parents = parsed(question.forest!);
    expect(Object.keys(parents).sort().join("")).toBe("abcdefghijkl");
    let node = question.start!;
    for (let hop = 0; hop < facts!.depth!; hop++) {
      expect(parents[node]).not.toBe(node);
      node = parents[node]!;
    }
    expect(parents[node]).toBe(node);
    expect(node).toBe(answer);
  }
});

test("depths one to nine come equally often", () => {
  const counts = new Map<number, number>();
  for (const { facts } of TASK.test) counts.set(facts!.depth!, (counts.get(facts!.depth!) ?? 0) + 1);
  expect([...counts].sort(([a], [b]) => a - b)).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map((depth) => [depth, 10]),
  );
});

test("test forests are all held out, training forests never, so no tree is in both", () => {
  const heldOut = ({ question }: (typeof TASK.test)[number]): boolean =>
    isHeldOut({ parent: pointers(question.forest!), start: 0, order: [] });
  expect(TASK.test.every(heldOut)).toBe(true);
  expect(TASK.train.some(heldOut)).toBe(false);
  const trees = new Set(TASK.train.map(({ question }) => pointers(question.forest!).join()));
  expect(TASK.test.filter(({ question }) => trees.has(pointers(question.forest!).join()))).toEqual([]);
});

test("gold messages chain: each says one hop from where the one before it went, and the root stays", () => {
  for (const { question, answer, messages, facts } of TASK.test) {
    const parents = parsed(question.forest!);
    let node = question.start!;
    for (const round of messages) {
      for (const role of ["planner", "critic", "solver"]) {
        const next = parents[node]!;
        expect(round[role]).toBe(`${next} is parent of ${node} , go ${next}`);
        node = next;
      }
    }
    expect(node).toBe(answer);
    expect(messages.length).toBeGreaterThan(facts!.depth! / 3);
  }
});

test("the gold messages of the second question, by hand: e hangs on h, h on j, and j is the root", () => {
  const example = TASK.test[1]!;
  expect(goldMessage(example, "planner", 1)).toBe("h is parent of e , go h");
  expect(goldMessage(example, "critic", 1)).toBe("j is parent of h , go j");
  expect(goldMessage(example, "solver", 1)).toBe("j is parent of j , go j");
  expect(goldMessage(example, "planner", 2)).toBe("j is parent of j , go j");
  expect(goldMessage(example, "planner", 9)).toBe("j is parent of j , go j");
});

test("two agents make two hops a round", () => {
  const { test: questions } = findTheRoot({ trainSize: 1, testSize: 9, roles: ["expert", "learner"] });
  const { question, messages } = questions[8]!;
  const parents = parsed(question.forest!);
  const path = [question.start!];
  for (let hop = 0; hop < 9; hop++) path.push(parents[path.at(-1)!]!);
  expect(Object.keys(messages[0]!)).toEqual(["expert", "learner"]);
  expect(messages[3]!.learner).toBe(`${path[8]} is parent of ${path[7]} , go ${path[8]}`);
  expect(messages[4]!.expert).toBe(`${path[9]} is parent of ${path[8]} , go ${path[9]}`);
});

test("a gold message of an agent that the task does not know is refused, with those it knows", () => {
  expect(() => goldMessage(TASK.test[0]!, "judge", 1)).toThrow(
    'example test-0 has no message of the agent "judge"; it has those of planner, critic, solver. ' +
      "Try a task made with your agents' roles.",
  );
});

test.each([
  ["g", true],
  ["g is parent of c , go g", true],
  ["  g\n", true],
  ["c is parent of g , go c", false],
  ["gg", false],
  ["", false],
])("the answer g is graded by the first word: %j is %s", (text, right) => {
  expect(TASK.grade(text, { ...TASK.test[0]!, answer: "g" })).toBe(right);
});

test.each([{ trainSize: 0 }, { testSize: 0 }, { testSize: 2.5 }, { trainSize: -1 }])(
  "%o is refused",
  (options) => {
    const [[name, size]] = Object.entries(options) as [[string, number]];
    expect(() => findTheRoot(options)).toThrow(
      new RangeError(
        `${name} is ${size}; it must be a whole number of at least 1. Try ${name}: 1, or leave it out for its default.`,
      ),
    );
  },
);

test("a task for nobody is refused", () => {
  expect(() => findTheRoot({ roles: [] })).toThrow(
    /the number of roles is 0; .* Try roles: \["planner", "critic", "solver"\]\.$/,
  );
});
