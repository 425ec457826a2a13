import { nearest } from "../engine/nearest";

/** Values that a notebook may be run with. */
export type ParameterValues = Readonly<Record<string, number | string | boolean | readonly number[]>>;

interface Declared {
  defaults: ParameterValues;
  quick: Partial<ParameterValues>;
  /** What `parameters` returned; the notebook reads it. */
  chosen: Record<string, unknown>;
}

/** The newest declaration in this session: the one that a cell injected after it means. */
let declared: Declared | undefined;

/**
 * The parameters of a notebook: what its first cell says, changed by what a run asks for.
 *
 * `recursivemas reproduce --quick` (or `RECURSIVEMAS_QUICK=1`) takes the values of `quick` instead;
 * `RECURSIVEMAS_PARAMS='{"steps": 10}'` overrides single values by name; papermill's `-p steps 10` does so through
 * {@link setParameters}.
 *
 * @throws if RECURSIVEMAS_PARAMS is not JSON, names an unknown parameter, or gives one another type
 * @example const settings = parameters({ steps: 150 }, { quick: { steps: 20 } });
 */
export function parameters<T extends ParameterValues>(
  defaults: T,
  { quick = {} }: { quick?: Partial<T> } = {},
): T {
  const isQuick = process.env.RECURSIVEMAS_QUICK === "1";
  const chosen = { ...defaults, ...(isQuick ? quick : {}), ...overridesFor(defaults) };
  declared = { defaults, quick: quick as Partial<ParameterValues>, chosen };
  announce(chosen);
  return chosen;
}

/**
 * Gives parameters of this notebook other values: what `parameters` returned changes in place. Papermill's cell calls
 * it, after the cell that declares them. `quick: true` takes the values for quick runs first. Text for what is not
 * text is read as JSON, since papermill's `-p` gives `true` and `[1, 2]` as text. In a notebook that declares its
 * parameters as plain variables it does nothing: papermill's cell sets those itself.
 *
 * @throws if a parameter is unknown or gets another type
 * @example setParameters({ steps: 10, quick: true })
 */
export function setParameters(values: Readonly<Record<string, unknown>>): void {
  if (!declared) return;
  const { defaults, quick, chosen } = declared;
  const isOwn = Object.hasOwn(defaults, "quick");
  const known = isOwn ? defaults : { ...defaults, quick: false };
  const given = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, readAs(known[name], value)]),
  );
  check(given, known, "setParameters");
  const { quick: isQuick, ...single } = given;
  Object.assign(
    chosen,
    isQuick && !isOwn ? { ...quick, ...overridesFor(defaults) } : {},
    isOwn ? given : single,
  );
  announce(chosen);
}

/** A value as the type of `like`, where it is text that says one; else as it is. */
function readAs(like: unknown, value: unknown): unknown {
  if (typeof value !== "string" || typeof like === "string") return value;
  try {
    const read: unknown = JSON.parse(value);
    return kindOf(read) === kindOf(like) ? read : value;
  } catch {
    return value;
  }
}

function announce(chosen: Readonly<Record<string, unknown>>): void {
  const parts = Object.entries(chosen).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  console.log(parts.join(", "));
}

function overridesFor<T extends ParameterValues>(defaults: T): Partial<T> {
  const text = process.env.RECURSIVEMAS_PARAMS;
  if (!text) return {};
  let given: Record<string, unknown>;
  try {
    given = JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new Error(
      `RECURSIVEMAS_PARAMS is not JSON: ${(error as Error).message}. Try RECURSIVEMAS_PARAMS='{"steps": 10}'.`,
    );
  }
  if (kindOf(given) !== "object") {
    throw new Error(
      `RECURSIVEMAS_PARAMS is ${text}, and it must be an object. Try RECURSIVEMAS_PARAMS='{"steps": 10}'.`,
    );
  }
  check(given, defaults, "RECURSIVEMAS_PARAMS");
  return given as Partial<T>;
}

/** That every value belongs to a parameter and has its type; `source` is who gives them. */
function check(given: Readonly<Record<string, unknown>>, defaults: ParameterValues, source: string): void {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, name)) {
      const known = Object.keys(defaults);
      throw new Error(
        `${source} names "${name}", and this notebook has ${known.join(", ") || "no parameters"}. ` +
          `Try ${known.length ? `"${nearest(name, known)}"` : "without it"}.`,
      );
    }
    const wanted = kindOf(defaults[name]);
    if (kindOf(value) !== wanted) {
      throw new Error(
        `${source} gives ${name} = ${JSON.stringify(value)}, and it must be a ${wanted}. ` +
          `Try ${JSON.stringify({ [name]: defaults[name] })}.`,
      );
    }
  }
}

/** The type of a value, lists of numbers told from other lists and objects. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (!Array.isArray(value)) return typeof value;
  return value.every((item) => typeof item === "number") ? "list of numbers" : "list";
}
