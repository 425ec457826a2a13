import { shown } from "../engine/check";
import { random } from "../engine/random";

/** The examples themselves; throws unless they are a list of at least one. */
export function checkExamples<T>(items: readonly T[]): readonly T[] {
  if (!Array.isArray(items)) {
    throw new TypeError(`the training examples are ${shown(items)}, which is no list. Try task.train.`);
  }
  if (items.length === 0) {
    throw new Error("there are no training examples, and one is the least. Try task.train of findTheRoot().");
  }
  return items;
}

/**
 * The examples of one training step: every epoch is a fresh shuffle, and step s is known from the seed alone, so a
 * resumed run sees what an unbroken one would.
 */
export function batchAt<T>(
  items: readonly T[],
  { seed, step, size }: { seed: number; step: number; size: number },
): T[] {
  const orders = new Map<number, readonly T[]>();
  const shuffled = (epoch: number): readonly T[] => {
    const known = orders.get(epoch) ?? random(seed, "epoch", epoch).shuffle(items);
    orders.set(epoch, known);
    return known;
  };
  return Array.from({ length: size }, (_, i) => {
    const position = step * size + i;
    return shuffled(Math.floor(position / items.length))[position % items.length]!;
  });
}
