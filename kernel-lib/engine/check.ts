/** Throws unless `value` is a whole number of at least 1. */
export function checkCount(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(`${name} is ${value}; it must be a whole number of at least 1`);
  }
}

/** Throws unless `value` is a number above 0, and finite. */
export function checkPositive(name: string, value: number): void {
  if (typeof value !== "number" || !(value > 0 && value < Infinity)) {
    throw new RangeError(`${name} is ${value}; it must be a number above 0`);
  }
}

/** Throws unless `value` is one of `choices`: what the types say, for those who write JavaScript. */
export function checkChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (choices.includes(value as string)) return;
  throw new TypeError(
    `${name} is ${JSON.stringify(value)}; it can be ${choices.map((choice) => JSON.stringify(choice)).join(" or ")}`,
  );
}
