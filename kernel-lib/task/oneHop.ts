import { random } from "../engine/random";
import { childrenOf, forestText, hopText, lessonSize, trainingForest } from "./forest";

/** One-hop lessons for a batch of forests: several questions on each, all slots of one length in words. */
export interface OneHopLesson {
  /** `[forests]` */
  forests: string[];
  /** `[queries][forests]`: what came before, the whole message or its last words, and what to say to it. */
  queries: { slot: string; reply: string }[][];
}

const MESSAGE_WORDS = 8;
// the lengths that rounds use come up more often: one word stands where a latent will, two where a question starts
const SLOT_LENGTHS = [1, 1, 1, 2, 2, 3, 4, 5, 6, 7, MESSAGE_WORDS, MESSAGE_WORDS];

/**
 * What a small agent is taught: in words, one hop, on forests that no test uses. Never two hops, never a chain of
 * agents.
 *
 * @param step picks the lesson: its numbers come from the seed and the step alone
 * @param options.easySteps until then forests are small, and grow: lookup is found sooner among few pairs
 */
export function oneHopLesson(
  seed: number,
  step: number,
  { forests, queries, easySteps }: { forests: number; queries: number; easySteps: number },
): OneHopLesson {
  const stream = random(seed, "one-hop", step);
  const words = stream.pick(SLOT_LENGTHS);
  const size = lessonSize(stream, step, easySteps);
  const drawn = Array.from({ length: forests }, () => trainingForest(stream, size));
  const orders = drawn.map(({ order }) => stream.shuffle(order));
  return {
    forests: drawn.map((forest) => forestText(forest)),
    queries: Array.from({ length: queries }, (_, q) =>
      drawn.map((forest, f) => {
        const node = orders[f]![q % size]!;
        const below = childrenOf(forest, node);
        const before = below.length > 0 ? stream.pick(below) : stream.pick(forest.order);
        const message = hopText(before, node).split(" ");
        return { slot: message.slice(-words).join(" "), reply: hopText(node, forest.parent[node]!) };
      }),
    ),
  };
}
