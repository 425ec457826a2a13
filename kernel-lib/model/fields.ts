/** Typed reading of a JSON object, with errors that name the file and the field. */
export class Fields {
  constructor(
    private readonly json: Readonly<Record<string, unknown>>,
    readonly source: string,
  ) {}

  /** null, as transformers writes for "not set", reads as undefined. */
  value(key: string): unknown {
    return this.json[key] ?? undefined;
  }

  positive(key: string, fallback?: number): number {
    const value = this.value(key) ?? fallback;
    if (typeof value !== "number" || !(value > 0)) {
      return this.fail(`${key} is ${JSON.stringify(value) ?? "missing"}; a positive number is wanted`);
    }
    return value;
  }

  count(key: string, fallback?: number): number {
    const value = this.positive(key, fallback);
    if (!Number.isSafeInteger(value)) this.fail(`${key} is ${value}; a whole number is wanted`);
    return value;
  }

  fail(problem: string, attempt = "the file as it came with the model's weights"): never {
    throw new Error(`${this.source}: ${problem}. Try ${attempt}.`);
  }
}
