import { random } from "../engine/random";
import { bijectionText, randomBijection } from "./bijection";
import { checkTaskOptions, oneWordTask, type TaskSizes } from "./oneWordTask";
import { ALPHABETS, leadText, reportText, SYMBOLS } from "./relay";
import type { Example, Task } from "./task";

/** The roles that see one of the three maps. */
export type Specialist = "math" | "code" | "science";
const SPECIALISTS: readonly Specialist[] = ["math", "code", "science"];

/** How many questions, and which; who works. */
export interface ThreeMapsOptions extends TaskSizes {
  /** Training questions. Default 2000. */
  trainSize?: number;
  /** Gold messages of one specialist that hears nobody but itself. Default: of the whole mixture. */
  alone?: Specialist;
}

/** How often a guess among the eight colours is right. */
export const THREE_MAPS_CHANCE = 1 / SYMBOLS;

/**
 * Private knowledge, for the mixture style: three random bijections, letters → numbers → Greek letters → colours, and a
 * letter; the answer is its colour. Each specialist is shown one of the maps, the summarizer none.
 *
 * Any two of the maps leave all eight colours equally likely, so no specialist alone, nor two of them, can do better
 * than chance, whatever they have learned. One map more is used in each round.
 *
 * @example threeMaps().test[0].question // { math: "f 3 ; …", code: "2 eta ; …", science: "alpha red ; …", start: "c" }
 */
export function threeMaps(options: ThreeMapsOptions = {}): Task {
  checkTaskOptions("threeMaps", options);
  const { seed = 0, trainSize = 2000, alone } = options;
  const examples = (split: "train" | "test", size: number): Example[] =>
    Array.from({ length: size }, (_, i) => example(split, i, seed, alone));
  return oneWordTask({ name: "three-maps", maxNewTokens: 8, examples }, { ...options, trainSize });
}

function example(
  split: "train" | "test",
  index: number,
  seed: number,
  alone: Specialist | undefined,
): Example {
  const stream = random(seed, "three-maps", split, index);
  const maps = SPECIALISTS.map(() => randomBijection(stream, SYMBOLS, { heldOut: split === "test" }));
  const texts = maps.map((map, level) =>
    bijectionText(map, ALPHABETS[level]!, ALPHABETS[level + 1]!, stream),
  );
  const start = stream.integer(SYMBOLS);
  let symbol = start;
  const images = maps.map(({ images }) => (symbol = images[symbol]!));
  const way = [start, ...images].map((at, level) => ALPHABETS[level]![at]!);
  return {
    id: `${split}-${index}`,
    question: {
      ...Object.fromEntries(SPECIALISTS.map((role, level) => [role, texts[level]!])),
      start: way[0]!,
    },
    answer: way.at(-1)!,
    messages: alone ? soliloquy(alone, way) : rounds(way),
  };
}

/** In round r the symbol r steps along the way is known; each specialist maps it, or repeats it. */
function rounds(way: readonly string[]): Record<string, string>[] {
  return way.map((symbol, round) => {
    const next = way[round + 1] ?? symbol;
    const reports = SPECIALISTS.map((role, level) => [
      role,
      reportText(symbol, level === round ? next : symbol),
    ]);
    return { ...Object.fromEntries(reports), summarizer: leadText(next) };
  });
}

/** One specialist goes as far as its own map leads, which is one step for the first and none for the others. */
function soliloquy(role: Specialist, [start, next]: readonly string[]): Record<string, string>[] {
  const reached = role === "math" ? next! : start!;
  return [{ [role]: reportText(start!, reached) }, { [role]: reportText(reached, reached) }];
}
