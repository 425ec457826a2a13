import { type Random, random } from "../../engine/random";
import {
  childrenOf,
  type Forest,
  forestText,
  isHeldOut,
  lessonSize,
  NODE_NAMES,
  NODES,
  randomForest,
  trainingForest,
} from "../forest";
import { checkSizes, type LessonSizes, type Skill, type SkillQuestion } from "./skill";

/** What may stand in the slot, in words; `node` is where the walk stands, `before` the node it came from. */
export type Hearing = (before: string, node: string, random: Random) => readonly string[];

/** How a walker through forests speaks and hears. */
export interface WalkOptions extends LessonSizes {
  name: string;
  slot: string;
  /** Words beside the names of nodes. */
  words: readonly string[];
  /** Default: a to l. */
  names?: readonly string[];
  /** Hops per reply. */
  hops: number;
  /** What it says on its way: `path[0]` is where it stands, `path[hops]` where it arrives. */
  say: (path: readonly string[]) => string;
  /** What it says in lessons before step `until`: a shorter walk is found sooner, and a longer one then at once. */
  first?: { until: number; say: (path: readonly string[]) => string };
  heavyWords: number;
  /** What it hears, by name; it is examined on each. */
  heard: Readonly<Record<string, Hearing>>;
  /** Names of what lessons draw from; what is likelier stands more than once. */
  practice: readonly string[];
}

/** A walk of some hops towards the root, in words of its own, from where the words in the slot stand. */
export function walk({
  name,
  slot,
  words,
  names = NODE_NAMES,
  hops,
  say,
  first,
  heavyWords,
  heard,
  practice,
  contexts = 16,
  queries = 12,
  easySteps = 200,
}: WalkOptions): Skill {
  checkSizes({ contexts, queries });
  const ask = (forest: Forest, node: number, stream: Random, hear: Hearing, speak = say): SkillQuestion => {
    const below = childrenOf(forest, node);
    const before = below.length > 0 ? stream.pick(below) : stream.pick(forest.order);
    return {
      slots: { [slot]: hear(names[before]!, names[node]!, stream).join(" ") },
      reply: speak(pathFrom(forest, node, hops).map((at) => names[at]!)),
    };
  };
  return {
    name,
    words: [...words, ...names],
    heavyWords,
    settings: { forests: contexts, queries, easySteps, ...(first ? { firstSteps: first.until } : {}) },
    lesson(seed, step) {
      const stream = random(seed, name, step);
      const hear = heard[stream.pick(practice)]!;
      const speak = first && step < first.until ? first.say : say;
      const size = lessonSize(stream, step, easySteps);
      const forests = Array.from({ length: contexts }, () => trainingForest(stream, size));
      const orders = forests.map(({ order }) => stream.shuffle(order));
      return {
        contexts: forests.map((forest) => ({ forest: forestText(forest, names), start: "" })),
        queries: Array.from({ length: queries }, (_, q) =>
          forests.map((forest, f) => ask(forest, orders[f]![q % size]!, stream, hear, speak)),
        ),
      };
    },
    exams: (seed, size) =>
      Object.fromEntries(
        Object.entries(heard).map(([kind, hear]) => {
          const questions = heldOutForests(seed, name, size).map(({ forest, stream }) => ({
            context: { forest: forestText(forest, names), start: "" },
            ...ask(forest, stream.integer(NODES), stream, hear),
          }));
          return [kind, questions];
        }),
      ),
  };
}

/** Where one is after 0, 1, … `hops` hops; a root is its own parent. */
export function pathFrom({ parent }: Pick<Forest, "parent">, node: number, hops: number): number[] {
  const path = [node];
  while (path.length <= hops) path.push(parent[path.at(-1)!]!);
  return path;
}

function heldOutForests(seed: number, name: string, size: number): { forest: Forest; stream: Random }[] {
  const found: { forest: Forest; stream: Random }[] = [];
  for (let attempt = 0; found.length < size; attempt++) {
    const stream = random(seed, `${name} exam`, attempt);
    const forest = randomForest(stream, 1 + stream.integer(9));
    if (isHeldOut(forest)) found.push({ forest, stream });
  }
  return found;
}
