/** Values that a notebook may be run with. */
export type ParameterValues = Readonly<Record<string, number | string | boolean | readonly number[]>>;

/**
 * The parameters of a notebook: what its first cell says, changed by what a run asks for.
 *
 * `recursivemas reproduce --quick` (or `RECURSIVEMAS_QUICK=1`) takes the values of `quick` instead;
 * `RECURSIVEMAS_PARAMS='{"steps": 10}'` overrides single values by name.
 *
 * @throws if RECURSIVEMAS_PARAMS is not JSON, names an unknown parameter, or gives one another type
 * @example const { steps } = parameters({ steps: 150 }, { quick: { steps: 20 } });
 */
export function parameters<T extends ParameterValues>(
  defaults: T,
  { quick = {} }: { quick?: Partial<T> } = {},
): T {
  const base = process.env.RECURSIVEMAS_QUICK === "1" ? { ...defaults, ...quick } : { ...defaults };
  const chosen = { ...base, ...overridesFor(defaults) };
  console.log(
    Object.entries(chosen)
      .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
      .join(", "),
  );
  return chosen;
}

function overridesFor<T extends ParameterValues>(defaults: T): Partial<T> {
  const text = process.env.RECURSIVEMAS_PARAMS;
  if (!text) return {};
  let given: Record<string, unknown>;
  try {
    given = JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`RECURSIVEMAS_PARAMS is not JSON: ${(error as Error).message}`);
  }
  if (kindOf(given) !== "object") {
    throw new Error(`RECURSIVEMAS_PARAMS is ${text}, and it must be an object such as {"steps": 10}`);
  }
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, name)) {
      throw new Error(
        `RECURSIVEMAS_PARAMS names "${name}", and this notebook has ${Object.keys(defaults).join(", ")}`,
      );
    }
    const wanted = kindOf(defaults[name]);
    if (kindOf(value) !== wanted) {
      throw new Error(
        `RECURSIVEMAS_PARAMS gives ${name} = ${JSON.stringify(value)}, and it must be a ${wanted}`,
      );
    }
  }
  return given as Partial<T>;
}

/** The type of a value, lists of numbers told from other lists and objects. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (!Array.isArray(value)) return typeof value;
  return value.every((item) => typeof item === "number") ? "list of numbers" : "list";
}
