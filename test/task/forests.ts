/** Parents by child, read from "child parent ;" pairs; every pair must be whole. */
export function parsed(forest: string): Record<string, string> {
  const parents: Record<string, string> = {};
  for (const pair of forest.split(";").slice(0, -1)) {
    const match = /^ ?([a-l]) ([a-l]) $/.exec(pair);
    if (!match) throw new Error(`"${pair}" is no pair`);
    const [, child, parent] = match;
    if (child! in parents) throw new Error(`${child} is listed twice`);
    parents[child!] = parent!;
  }
  return parents;
}

/** Numbers of the parents of a to l; −1 for a node that is not there. */
export function pointers(forest: string): number[] {
  const parents = parsed(forest);
  return [..."abcdefghijkl"].map((name) => "abcdefghijkl".indexOf(parents[name] ?? "?"));
}
