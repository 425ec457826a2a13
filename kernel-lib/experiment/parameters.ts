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
  for (const [name, value] of Object.entries(given)) {
    if (!(name in defaults)) {
      throw new Error(
        `RECURSIVEMAS_PARAMS names "${name}", and this notebook has ${Object.keys(defaults).join(", ")}`,
      );
    }
    if (typeof value !== typeof defaults[name]) {
      throw new Error(
        `RECURSIVEMAS_PARAMS gives ${name} = ${JSON.stringify(value)}, and it must be a ${typeof defaults[name]}`,
      );
    }
  }
  return given as Partial<T>;
}
