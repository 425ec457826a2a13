/** A seeded source of numbers; equal seeds give equal sequences on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** A whole number in [0, n). */
  integer(n: number): number;
  /** Standard normal. */
  normal(): number;
  /** A new array with the items in random order. */
  shuffle<T>(items: readonly T[]): T[];
  /** One of the items. */
  pick<T>(items: readonly T[]): T;
}

/** 32 well-mixed bits of a list of numbers and strings (FNV-1a, then the finalizer of MurmurHash3). */
export function hashSeed(...parts: readonly (number | string)[]): number {
  let h = 0x811c9dc5;
  for (const character of parts.join("\u0000")) {
    h = Math.imul(h ^ character.codePointAt(0)!, 0x01000193);
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * A generator for a seed; several parts make independent streams, so that step 7 of a run needs no memory of step 6.
 *
 * @example random(42, "batch", step).integer(10)
 */
export function random(...seed: readonly (number | string)[]): Random {
  const next = sfc32(...seed);
  const uniform = (): number => next() / 2 ** 32;
  const integer = (n: number): number => Math.floor(uniform() * n);
  const shuffle = <T>(items: readonly T[]): T[] => {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const j = integer(i + 1);
      [result[i], result[j]] = [result[j]!, result[i]!];
    }
    return result;
  };
  return {
    uniform,
    integer,
    shuffle,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    pick: (items) => items[integer(items.length)]!,
  };
}

/** Chris Doty-Humphrey's small fast counting generator (PractRand), 32 bit. */
function sfc32(...seed: readonly (number | string)[]): () => number {
  let a = hashSeed(...seed, "a");
  let b = hashSeed(...seed, "b");
  let c = hashSeed(...seed, "c");
  let counter = 1;
  const next = (): number => {
    const t = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}
