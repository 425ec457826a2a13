import { checkCount, checkOptions } from "../engine/check";
import { random } from "../engine/random";
import {
  type Forest,
  forestText,
  hopText,
  isHeldOut,
  NODE_NAMES,
  NODES,
  pathToRoot,
  randomForest,
} from "./forest";
import type { Example, Task } from "./task";

/** The deepest tree that twelve nodes are asked for. */
export const MAX_DEPTH = 9;

/** How many questions, and which. */
export interface FindTheRootOptions {
  /** Default 0. */
  seed?: number;
  /** Training questions. Default 4000. */
  trainSize?: number;
  /** Test questions, on forests that are never trained on, by links or agents. Default 500. */
  testSize?: number;
  /** The roles of the agents in the order of their turns, for the gold messages. */
  roles?: readonly string[];
}

/**
 * Find the root of a node's tree: a forest as shuffled "child parent ;" pairs, a start node, depth 1 to 9 uniform.
 *
 * An agent of the small world knows one hop, so a question of depth k takes k turns. A root is its own parent, so
 * further turns do no harm.
 *
 * @example findTheRoot({ testSize: 100 }).test[0].answer // "g"
 */
export function findTheRoot(options: FindTheRootOptions = {}): Task {
  checkOptions("findTheRoot", options, "findTheRoot({ testSize: 10 })");
  const { seed = 0, trainSize = 4000, testSize = 500, roles = ["planner", "critic", "solver"] } = options;
  for (const [name, size] of Object.entries({ trainSize, testSize })) checkCount(name, size);
  checkCount("the number of roles", roles.length, 'roles: ["planner", "critic", "solver"]');
  return {
    name: "find-the-root",
    train: examples("train", trainSize, { seed, roles }),
    test: examples("test", testSize, { seed, roles }),
    maxNewTokens: 12,
    grade: (text, { answer }) => text.trim().split(/\s+/)[0] === answer,
  };
}

function examples(
  split: "train" | "test",
  size: number,
  { seed, roles }: { seed: number; roles: readonly string[] },
): Example[] {
  const seen = new Set<string>();
  const result: Example[] = [];
  for (let attempt = 0; result.length < size; attempt++) {
    const stream = random(seed, "find-the-root", split, attempt);
    // depths take turns, so that every set of nine questions has them all
    const forest = randomForest(stream, 1 + (result.length % MAX_DEPTH));
    const key = `${forest.parent.join()} ${forest.start}`;
    if (isHeldOut(forest) !== (split === "test") || seen.has(key)) continue;
    seen.add(key);
    result.push(toExample(forest, `${split}-${result.length}`, roles));
  }
  return result;
}

function toExample(forest: Forest, id: string, roles: readonly string[]): Example {
  const path = pathToRoot(forest, forest.start);
  const root = path.at(-1)!;
  const hops = Array.from({ length: NODES + roles.length }, (_, i) =>
    hopText(path[i] ?? root, path[i + 1] ?? root),
  );
  const rounds = Math.ceil(path.length / roles.length) + 1;
  return {
    id,
    question: { forest: forestText(forest), start: NODE_NAMES[forest.start]! },
    answer: NODE_NAMES[root]!,
    messages: Array.from({ length: rounds }, (_, round) =>
      Object.fromEntries(
        roles.map((role, i) => [role, hops[Math.min(round * roles.length + i, hops.length - 1)]!]),
      ),
    ),
    facts: { depth: path.length - 1 },
  };
}
