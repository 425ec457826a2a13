/** Twelve numbers for the nodes of a forest. */
export const NUMBER_NAMES = "13 17 24 29 36 42 48 53 61 75 82 96".split(" ");

/** All that a factor, a number or the last two digits of a product can be. */
export const NUMBERS = Array.from({ length: 100 }, (_, n) => `${n}`);

/** The words of a call, beside numbers. */
export const CALL_WORDS = [":", "<python>", "print", "(", "*", "%", "100", ")", "</python>"] as const;

/** A program that prints the last two digits of a product, called by its tag. */
export const callText = (number: string, factor: string): string =>
  `${number} : <python> print ( ${number} * ${factor} % 100 ) </python>`;

/** What the tool-caller tells the reflector: the call it would make, and where the walk stands. */
export const callMessage = (number: string, factor: string): string =>
  `${callText(number, factor)} go ${number}`;
