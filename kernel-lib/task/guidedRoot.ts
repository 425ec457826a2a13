import { MAX_DEPTH } from "./findTheRoot";
import { forestText, NODE_NAMES } from "./forest";
import { type ForestQuestion, forestQuestions, stopAt } from "./forestQuestions";
import { GUIDE_HOPS, guideText, learnText } from "./guidanceText";
import { checkTaskOptions, oneWordTask, type TaskSizes } from "./oneWordTask";
import type { Example, Task } from "./task";

/** How many questions, and which; who works. */
export interface GuidedRootOptions extends TaskSizes {
  /** Who works, for the gold messages. Default: expert and learner. `["learner"]`: the learner alone. */
  roles?: readonly ("expert" | "learner")[];
}

const ROLES = ["expert", "learner"] as const;
const HOPS = { expert: GUIDE_HOPS, learner: 1 } as const;

/**
 * Find the root, for the distillation style: the expert walks three hops a turn, a hop a word, the learner one. Depth 1
 * to 9 uniform.
 *
 * With three latent thoughts a turn the expert thinks its three hops one after the other.
 *
 * @example
 * const { expert, learner } = await loadAgents("small/distillation");
 * const mas = await distillation({ expert, learner }, { latentSteps: 3 });
 * await warmStart(mas, guidedRoot().train);
 */
export function guidedRoot(options: GuidedRootOptions = {}): Task {
  checkTaskOptions("guidedRoot", options, ROLES);
  const { seed = 0, roles = ROLES } = options;
  const name = "guided-root";
  const examples = (split: "train" | "test", size: number): Example[] =>
    forestQuestions(name, split, size, { seed, maxDepth: MAX_DEPTH }).map((question) =>
      toExample(question, roles),
    );
  return oneWordTask({ name, maxNewTokens: 12, examples }, options);
}

function toExample({ id, forest, path }: ForestQuestion, roles: readonly ("expert" | "learner")[]): Example {
  const perRound = roles.reduce((sum, role) => sum + HOPS[role], 0);
  const messages = Array.from({ length: Math.ceil(path.length / perRound) + 1 }, (_, round) => {
    let walked = round * perRound;
    return Object.fromEntries(
      roles.map((role) => {
        const hops = HOPS[role];
        const way = Array.from({ length: hops + 1 }, (_, i) => NODE_NAMES[stopAt(path, walked + i)]!);
        walked += hops;
        return [role, role === "expert" ? guideText(way) : learnText(way)];
      }),
    );
  });
  return {
    id,
    question: { forest: forestText(forest), start: NODE_NAMES[forest.start]! },
    answer: NODE_NAMES[path.at(-1)!]!,
    messages,
    facts: { depth: path.length - 1 },
  };
}
