import { forestText, hopText, NODE_NAMES } from "./forest";
import { type ForestQuestion, forestQuestions, stopAt } from "./forestQuestions";
import { checkTaskOptions, oneWordTask, type TaskSizes } from "./oneWordTask";
import type { Example, Task } from "./task";

/** The deepest tree that twelve nodes are asked for. */
export const MAX_DEPTH = 9;

const ROLES = ["planner", "critic", "solver"];

/** How many questions, and which; who works. */
export interface FindTheRootOptions extends TaskSizes {
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
  checkTaskOptions("findTheRoot", options, ROLES);
  const { seed = 0, roles = ROLES } = options;
  const { hops = (round, role) => (round - 1) * roles.length + roles.indexOf(role) + 1 } = options;
  const name = "find-the-root";
  const examples = (split: "train" | "test", size: number): Example[] =>
    forestQuestions(name, split, size, { seed, maxDepth: MAX_DEPTH }).map((question) =>
      toExample(question, roles, hops),
    );
  return oneWordTask({ name, maxNewTokens: 12, examples }, options);
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
