import { hashSeed } from "../engine/random";
import { forestText, hopText } from "./forest";
import { type ForestQuestion, forestQuestions, stopAt } from "./forestQuestions";
import { callMessage, callText, NUMBER_NAMES } from "./lastDigitsText";
import { checkTaskOptions, oneWordTask, type TaskSizes } from "./oneWordTask";
import type { Example, Task } from "./task";

/** How many questions, and which; who works. */
export interface LastDigitsOptions extends TaskSizes {
  /** Training questions. Default 2000. */
  trainSize?: number;
  /** Who works, for the gold messages. Default: reflector and tool-caller. `["reflector"]`: the reflector alone. */
  roles?: readonly ("reflector" | "toolcaller")[];
}

const MAX_DEPTH = 4;

const ROLES = ["reflector", "toolcaller"] as const;

/**
 * For the deliberation style: a forest of twelve numbers, a start, a factor; the answer is the last two digits of the
 * root times the factor. Depth 1 to 4 uniform.
 *
 * The reflector sees the forest and knows one hop; the tool-caller sees the factor only, has never learned to multiply,
 * and can call Python. Each round walks one hop.
 *
 * @example lastDigits().test[0].answer // "74"
 */
export function lastDigits(options: LastDigitsOptions = {}): Task {
  checkTaskOptions("lastDigits", options, ROLES);
  const { seed = 0, trainSize = 2000, roles = ROLES } = options;
  const name = "last-digits";
  const examples = (split: "train" | "test", size: number): Example[] =>
    forestQuestions(name, split, size, { seed, maxDepth: MAX_DEPTH }).map((question) =>
      toExample(question, seed, roles),
    );
  return oneWordTask({ name, maxNewTokens: 24, examples }, { ...options, trainSize });
}

function toExample(
  { id, forest, path }: ForestQuestion,
  seed: number,
  roles: readonly ("reflector" | "toolcaller")[],
): Example {
  const name = (node: number): string => NUMBER_NAMES[node]!;
  const root = name(path.at(-1)!);
  const factor = `${2 + (hashSeed("factor", seed, id) % 98)}`;
  const say = {
    reflector: (round: number): string => hopText(stopAt(path, round), stopAt(path, round + 1), NUMBER_NAMES),
    toolcaller: (round: number): string => callMessage(name(stopAt(path, round + 1)), factor),
  };
  return {
    id,
    question: { forest: forestText(forest, NUMBER_NAMES), start: name(forest.start), factor },
    answer: `${(Number(root) * Number(factor)) % 100}`,
    target: callText(root, factor),
    messages: Array.from({ length: path.length }, (_, round) =>
      Object.fromEntries(roles.map((role) => [role, say[role](round)])),
    ),
    facts: { depth: path.length - 1 },
  };
}
