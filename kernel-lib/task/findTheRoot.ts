import { checkCount, checkOptions } from "../engine/check";
import { forestText, hopText, NODE_NAMES } from "./forest";
import { type ForestQuestion, forestQuestions, stopAt } from "./forestQuestions";
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
  /**
   * How many hops from the start a role's message of a round (from 1) has come, for the gold messages of other graphs.
   * Default: a hop a turn.
   */
  hops?: (round: number, role: string) => number;
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
  const { hops = (round, role) => (round - 1) * roles.length + roles.indexOf(role) + 1 } = options;
  for (const [name, size] of Object.entries({ trainSize, testSize })) checkCount(name, size);
  checkCount("the number of roles", roles.length, 'roles: ["planner", "critic", "solver"]');
  const name = "find-the-root";
  const examples = (split: "train" | "test", size: number): Example[] =>
    forestQuestions(name, split, size, { seed, maxDepth: MAX_DEPTH }).map((question) =>
      toExample(question, roles, hops),
    );
  return {
    name,
    train: examples("train", trainSize),
    test: examples("test", testSize),
    maxNewTokens: 12,
    grade: (text, { answer }) => text.trim().split(/\s+/)[0] === answer,
  };
}

function toExample(
  { id, forest, path }: ForestQuestion,
  roles: readonly string[],
  hops: (round: number, role: string) => number,
): Example {
  const rounds = Math.ceil(path.length / roles.length) + 1;
  const message = (round: number, role: string): string => {
    const arrived = hops(round, role);
    return hopText(stopAt(path, arrived - 1), stopAt(path, arrived));
  };
  return {
    id,
    question: { forest: forestText(forest), start: NODE_NAMES[forest.start]! },
    answer: NODE_NAMES[path.at(-1)!]!,
    messages: Array.from({ length: rounds }, (_, i) =>
      Object.fromEntries(roles.map((role) => [role, message(i + 1, role)])),
    ),
    facts: { depth: path.length - 1 },
  };
}
