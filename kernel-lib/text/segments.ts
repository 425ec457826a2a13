import { nearest } from "../engine/nearest";

/** A piece of a prompt: text, tokenised on its own, or a slot, filled with another agent's message. */
export type Segment = { kind: "text"; text: string } | { kind: "slot"; name: string };

const MARKER = /<<([A-Za-z_]\w*)>>/g;

/**
 * Cuts a rendered prompt at its slot markers, `<<name>>`. Every slot must be marked exactly once; the segments
 * come in the order of the text, empty texts left out.
 *
 * @throws if a slot is not marked, is marked twice, or a marker names no slot; with `allowUnknown` such a marker
 * stays text, for prompts that quote foreign text (`cout<<x>>y`)
 * @example splitAtSlots("Plan: <<plan>> Go.", ["plan"])
 * // [{ kind: "text", text: "Plan: " }, { kind: "slot", name: "plan" }, { kind: "text", text: " Go." }]
 */
export function splitAtSlots(
  rendered: string,
  slots: readonly string[],
  { allowUnknown = false }: { allowUnknown?: boolean } = {},
): Segment[] {
  const markers = [...rendered.matchAll(MARKER)].map((match) => ({
    name: match[1]!,
    begin: match.index!,
    end: match.index! + match[0].length,
  }));
  checkMarkers(
    markers.map(({ name }) => name),
    slots,
    allowUnknown,
  );
  const segments: Segment[] = [];
  let done = 0;
  const pushText = (end: number) => {
    if (end > done) segments.push({ kind: "text", text: rendered.slice(done, end) });
  };
  for (const { name, begin, end } of markers) {
    if (!slots.includes(name)) continue;
    pushText(begin);
    segments.push({ kind: "slot", name });
    done = end;
  }
  pushText(rendered.length);
  return segments;
}

function checkMarkers(found: readonly string[], slots: readonly string[], allowUnknown: boolean): void {
  const list = (names: readonly string[]) => names.map((name) => `<<${name}>>`).join(", ") || "none";
  for (const name of slots) {
    const count = found.filter((other) => other === name).length;
    if (count === 1) continue;
    const problem = count === 0 ? "is missing from" : `appears ${count} times in`;
    const attempt = count === 0 ? "writing it where the message goes" : "leaving one of them";
    throw new Error(
      `the slot <<${name}>> ${problem} the prompt; each slot is marked exactly once ` +
        `(markers found: ${list(found)}). Try ${attempt}.`,
    );
  }
  const unknown = allowUnknown ? undefined : found.find((name) => !slots.includes(name));
  if (unknown !== undefined) {
    const slot = nearest(unknown, slots);
    throw new Error(
      `the prompt marks <<${unknown}>>, which is no slot; the slots are ${list(slots)}. ` +
        `Try ${slot ? `<<${slot}>>` : "the prompt without it"}.`,
    );
  }
}
