/** The alphabets between which the three maps lead, in their order: letters → numbers → Greek → colours. */
export const ALPHABETS = [
  "a b c d e f g h".split(" "),
  "1 2 3 4 5 6 7 8".split(" "),
  "alpha beta gamma delta epsilon zeta eta theta".split(" "),
  "red orange yellow green blue violet white black".split(" "),
] as const;

export const SYMBOLS = 8;

/** What a specialist says: the image of what it heard, or what it heard where its map does not know it. */
export const reportText = (from: string, to: string): string => `${to} after ${from} , go ${to}`;

/** What the summarizer says: the furthest of what it heard. */
export const leadText = (furthest: string): string => `${furthest} leads , go ${furthest}`;
