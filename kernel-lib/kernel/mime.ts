import { DISPLAY, METADATA, type MimeBundle } from "../engine/bridge";
import { imageBundle } from "./mimeImage";
import { plotlyBundle } from "./mimePlotly";
import { recordsBundle, tableBundle } from "./mimeTable";
import { tensorBundle } from "./mimeTensor";
import { plainText } from "./mimeText";
import { arrayBundle } from "./mimeTypedArray";

interface Displayable {
  [DISPLAY](): unknown;
}

type Carrier = { [METADATA]?: unknown };

/** Each knows one kind of value and gives undefined for all others; the first that answers is taken. */
const KINDS: readonly ((value: unknown) => MimeBundle | undefined | Promise<MimeBundle | undefined>)[] = [
  imageBundle,
  arrayBundle,
  tableBundle,
  tensorBundle,
  plotlyBundle,
  recordsBundle,
];

/**
 * How a value shows itself at the end of a cell or in `display(value)`, or undefined when it shows nothing.
 *
 * @throws what the value's own `Symbol.for("Jupyter.display")` method throws
 */
export async function show(value: unknown): Promise<MimeBundle | undefined> {
  if (value === undefined || value === null) return undefined;
  if (isDisplayable(value)) return displayed(value);
  return encodeBundle((await recognised(value)) ?? { "text/plain": plainText(value) });
}

/** Bytes travel as base64; metadata stays where the bundle carries it. */
export function encodeBundle(bundle: MimeBundle): MimeBundle {
  const encoded = Object.fromEntries(
    Object.entries(bundle).map(([type, data]) => [
      type,
      data instanceof Uint8Array ? Buffer.from(data).toString("base64") : data,
    ]),
  );
  const metadata = (bundle as Carrier)[METADATA];
  return metadata === undefined ? encoded : ({ ...encoded, [METADATA]: metadata } as MimeBundle);
}

/** The display metadata that a bundle carries, such as the width of its picture. */
export function metadataOf(bundle: MimeBundle): Record<string, unknown> {
  const metadata = (bundle as Carrier)[METADATA];
  return typeof metadata === "object" && metadata !== null ? { ...metadata } : {};
}

async function displayed(value: Displayable & object): Promise<MimeBundle | undefined> {
  const given = await value[DISPLAY]();
  if (given === undefined || given === null) return undefined;
  const bundle = usable(given);
  if (!bundle) {
    const note =
      'its Jupyter.display method returned no MIME bundle, such as { "text/html": "<b>hi</b>" }, but';
    return { "text/plain": `${plainText(value)}\n(${note} ${plainText(given, 200)})` };
  }
  return encodeBundle({ "text/plain": value.constructor?.name ?? "Object", ...bundle });
}

/** The entries that a front end can read; undefined when there are none. */
function usable(given: unknown): MimeBundle | undefined {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return undefined;
  const entries = Object.entries(given).filter(
    ([type, data]) =>
      /^[\w.+-]+\/[\w.+-]+$/.test(type) && !["undefined", "function", "symbol"].includes(typeof data),
  );
  if (entries.length === 0) return undefined;
  return { ...Object.fromEntries(entries), [METADATA]: (given as Carrier)[METADATA] } as MimeBundle;
}

/** An object that throws when it is looked at is no known kind. */
async function recognised(value: unknown): Promise<MimeBundle | undefined> {
  for (const kind of KINDS) {
    try {
      const bundle = await kind(value);
      if (bundle) return bundle;
    } catch {
      return undefined;
    }
  }
  return undefined;
}

function isDisplayable(value: unknown): value is Displayable & object {
  try {
    return (
      (typeof value === "object" || typeof value === "function") &&
      value !== null &&
      typeof (value as Partial<Displayable>)[DISPLAY] === "function"
    );
  } catch {
    return false;
  }
}
