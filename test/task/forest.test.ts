import { expect, test } from "vitest";
import { random } from "../../kernel-lib/engine/random";
import {
  childrenOf,
  type Forest,
  forestText,
  hopText,
  isHeldOut,
  pathToRoot,
  randomForest,
} from "../../kernel-lib/task/forest";

// a ← b ← c, d alone; the other eight nodes are absent
const SMALL: Forest = { parent: [0, 0, 1, 3, -1, -1, -1, -1, -1, -1, -1, -1], start: 2, order: [1, 3, 0, 2] };

test("a forest is written as child, parent and separator, in its own order", () => {
  expect(forestText(SMALL)).toBe("b a ; d d ; a a ; c b ;");
});

test("children, the way to the root and a hop in words", () => {
  expect(childrenOf(SMALL, 0)).toEqual([0, 1]);
  expect(childrenOf(SMALL, 2)).toEqual([]);
  expect(pathToRoot(SMALL, 2)).toEqual([2, 1, 0]);
  expect(pathToRoot(SMALL, 3)).toEqual([3]);
  expect(hopText(2, 1)).toBe("b is parent of c , go b");
});

test.each([1, 4, 9])("in a random forest of depth %d the start lies that many hops below a root", (depth) => {
  for (let seed = 0; seed < 50; seed++) {
    const { parent, start, order } = randomForest(random("forest", seed), depth);
    let node = start;
    for (let hop = 0; hop < depth; hop++) {
      expect(parent[node]).not.toBe(node);
      node = parent[node]!;
    }
    expect(parent[node]).toBe(node);
    expect([...order].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  }
});

test("every node of a random forest comes to a root within twelve hops", () => {
  for (let seed = 0; seed < 50; seed++) {
    const { parent } = randomForest(random("roots", seed), 3);
    for (let node = 0; node < 12; node++) {
      let at = node;
      for (let hop = 0; hop < 12; hop++) at = parent[at]!;
      expect(parent[at]).toBe(at);
    }
  }
});

test("a smaller forest has that many nodes, and parents among them", () => {
  const { parent, order, start } = randomForest(random("small"), 2, 4);
  expect(order).toHaveLength(4);
  expect(order).toContain(start);
  for (let node = 0; node < 12; node++) {
    if (order.includes(node)) expect(order).toContain(parent[node]);
    else expect(parent[node]).toBe(-1);
  }
});

test("one forest in five is held out, whatever the order of its pairs and its start", () => {
  const forests = Array.from({ length: 2000 }, (_, i) => randomForest(random("share", i), 1 + (i % 9)));
  const share = forests.filter(isHeldOut).length / forests.length;
  // five standard deviations of a fair draw of 2000 at one in five are 0.045
  expect(Math.abs(share - 0.2)).toBeLessThan(0.045);
  for (const forest of forests.slice(0, 50)) {
    expect(isHeldOut({ ...forest, order: [...forest.order].reverse(), start: 0 })).toBe(isHeldOut(forest));
  }
});
