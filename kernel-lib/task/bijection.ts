import { hashSeed, type Random } from "../engine/random";

/** A map that sends key i to value `images[i]`, each value once. */
export interface Bijection {
  images: readonly number[];
}

/** A random bijection that tests use (`heldOut`), or one that they never use. */
export function randomBijection(random: Random, size: number, { heldOut }: { heldOut: boolean }): Bijection {
  const identity = Array.from({ length: size }, (_, i) => i);
  for (;;) {
    const images = random.shuffle(identity);
    // small ones are but a few, and lessons begin with them: no test has fewer than all
    if (size < 6 || isHeldOutMap({ images }) === heldOut) return { images };
  }
}

/** Splits by content: one map in five is for testing, whatever the seed, whatever the order of its pairs. */
export const isHeldOutMap = ({ images }: Bijection): boolean => hashSeed("held-out map", ...images) % 5 === 0;

/** "key value ;" for each pair, shuffled. */
export function bijectionText(
  { images }: Bijection,
  keys: readonly string[],
  values: readonly string[],
  random: Random,
): string {
  return random.shuffle(images.map((image, i) => `${keys[i]} ${values[image]} ;`)).join(" ");
}
