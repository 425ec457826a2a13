import { random } from "../engine/random";
import { childrenOf, forestText, hopText, isHeldOut, NODES, randomForest } from "./forest";

/** One question of the one-hop examination. */
export interface OneHopQuestion {
  forest: string;
  slot: string;
  reply: string;
}

/** One-hop questions on held-out forests of full size, with what comes before as a message or as its last words. */
export function oneHopExam(seed: number, size: number, words: number): OneHopQuestion[] {
  const exam: OneHopQuestion[] = [];
  for (let attempt = 0; exam.length < size; attempt++) {
    const stream = random(seed, "one-hop-exam", attempt);
    const forest = randomForest(stream, 1 + stream.integer(9));
    if (!isHeldOut(forest)) continue;
    const node = stream.integer(NODES);
    const below = childrenOf(forest, node);
    const before = below.length > 0 ? stream.pick(below) : stream.integer(NODES);
    exam.push({
      forest: forestText(forest),
      slot: hopText(before, node).split(" ").slice(-words).join(" "),
      reply: hopText(node, forest.parent[node]!),
    });
  }
  return exam;
}
