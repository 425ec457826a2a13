import { distance } from "fastest-levenshtein";

const MAX_NAMES = 3;

/** What readers write who come from the notebooks of another language. */
export const PYTHON: Readonly<Record<string, string | undefined>> = Object.assign(Object.create(null), {
  print: "write console.log(…), or the value as the last expression of the cell",
  None: "write undefined, or null",
  True: "write true",
  False: "write false",
  len: "write .length after the value",
  str: "write String(…), or the type string",
  int: "write Math.trunc(…), or the type number",
  range: "write for (let i = 0; i < n; i++), or Array.from({ length: n }, (_, i) => i)",
  self: "write this",
  display: "write the value as the last expression of the cell",
});

/** The names that are spelled most like `name`, best first; those that are nothing like it are left out. */
export function nearNames(name: string, names: readonly string[]): string[] {
  const wanted = name.toLowerCase();
  const rank = (one: string): number => {
    const other = one.toLowerCase();
    if (other === wanted) return 0;
    const isPart = (whole: string, part: string) =>
      part.length >= 4 && 3 * part.length >= whole.length && whole.includes(part);
    const steps = distance(wanted, other);
    if (steps <= Math.max(1, Math.floor(wanted.length / 3))) return steps;
    return isPart(other, wanted) || isPart(wanted, other) ? 10 + steps : Number.POSITIVE_INFINITY;
  };
  return [...new Set(names)]
    .map((one) => ({ one, rank: rank(one) }))
    .filter((entry) => entry.one !== name && Number.isFinite(entry.rank))
    .sort((a, b) => a.rank - b.rank || (a.one < b.one ? -1 : 1))
    .slice(0, MAX_NAMES)
    .map((entry) => entry.one);
}
