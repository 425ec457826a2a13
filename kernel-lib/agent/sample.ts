import type { Random } from "../engine/random";

/**
 * Draws a token from the softmax of scores, at a temperature, from the smallest set that holds `topP` of the
 * probability (nucleus sampling, Holtzman et al. 2020).
 *
 * @param scores `[vocab]`
 */
export function sampleToken(
  scores: ArrayLike<number>,
  { temperature, topP, random }: { temperature: number; topP: number; random: Random },
): number {
  const highest = Array.from(scores).reduce((a, b) => Math.max(a, b), -Infinity);
  const ranked = Array.from(scores, (score, id) => ({
    id,
    mass: Math.exp((score - highest) / temperature),
  })).sort((a, b) => b.mass - a.mass || a.id - b.id);
  const total = ranked.reduce((sum, { mass }) => sum + mass, 0);
  let covered = 0;
  const nucleus = ranked.filter(({ mass }) => {
    const inside = covered < topP * total;
    covered += mass;
    return inside;
  });
  let left = random.uniform() * nucleus.reduce((sum, { mass }) => sum + mass, 0);
  for (const { id, mass } of nucleus) {
    left -= mass;
    if (left < 0) return id;
  }
  return nucleus.at(-1)!.id;
}
