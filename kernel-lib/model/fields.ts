/** What to try with a model that is not of a kind that runs here. */
export const ANOTHER = "a model that this version runs, such as Qwen/Qwen3-0.6B";

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

  /** Whether the key is there at all, null included. */
  has(key: string): boolean {
    return Object.hasOwn(this.json, key);
  }

  /** An object below a key; empty where there is none. */
  within(key: string): Fields {
    const value = this.value(key) ?? {};
    if (typeof value !== "object" || Array.isArray(value)) {
      return this.fail(`${key} is ${JSON.stringify(value)}; an object is wanted`);
    }
    return new Fields(value as Record<string, unknown>, `${this.source}: ${key}`);
  }

  /**
   * How the layers of one type are turned. transformers 5 gathers under `rope_parameters`, by layer type where these
   * differ, what 4 kept as `rope_theta` and `rope_scaling`, which were never those of sliding layers.
   */
  rope(layerType: "full_attention" | "sliding_attention"): Fields {
    const parameters = this.within("rope_parameters");
    if (parameters.has("full_attention")) return parameters.within(layerType);
    if (layerType === "sliding_attention") return new Fields({}, this.source);
    return this.has("rope_parameters") && this.value("rope_parameters")
      ? parameters
      : this.within("rope_scaling");
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
