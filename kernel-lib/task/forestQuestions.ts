import { random } from "../engine/random";
import { type Forest, isHeldOut, pathToRoot, randomForest } from "./forest";

/** A forest to ask about, and where the way from its start leads. */
export interface ForestQuestion {
  id: string;
  forest: Forest;
  /** From the start to the root, both included. */
  path: readonly number[];
}

/**
 * Questions on distinct forests, depths 1 to `maxDepth` in turn; forests of the two splits never meet.
 *
 * @param name of the task, part of the seed
 */
export function forestQuestions(
  name: string,
  split: "train" | "test",
  size: number,
  { seed, maxDepth }: { seed: number; maxDepth: number },
): ForestQuestion[] {
  const seen = new Set<string>();
  const result: ForestQuestion[] = [];
  for (let attempt = 0; result.length < size; attempt++) {
    const stream = random(seed, name, split, attempt);
    // depths take turns, so that every set of so many questions has them all
    const forest = randomForest(stream, 1 + (result.length % maxDepth));
    const key = `${forest.parent.join()} ${forest.start}`;
    if (isHeldOut(forest) !== (split === "test") || seen.has(key)) continue;
    seen.add(key);
    result.push({ id: `${split}-${result.length}`, forest, path: pathToRoot(forest, forest.start) });
  }
  return result;
}

/** The node `hops` hops along a way; a root is its own parent. */
export const stopAt = (path: readonly number[], hops: number): number =>
  path[Math.min(hops, path.length - 1)]!;
