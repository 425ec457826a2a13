import { type Random, random } from "../../engine/random";
import { type Bijection, bijectionText, randomBijection } from "../bijection";
import { ALPHABETS, leadText, reportText, SYMBOLS } from "../relay";
import { checkSizes, type LessonSizes, type Skill, type SkillQuestion } from "./skill";

type Heard = (symbol: string, random: Random) => readonly string[];

const lastWords = (words: number) => (symbol: string) => leadText(symbol).split(" ").slice(-words);

const HEARD: Readonly<Record<string, Heard>> = {
  "1 word": lastWords(1),
  "2 words": lastWords(2),
  "3 words": lastWords(3),
  "a whole message": lastWords(5),
  "a report of its own": (symbol, stream) =>
    reportText(stream.pick(ALPHABETS[stream.integer(ALPHABETS.length)]!), symbol).split(" "),
};

// one word stands where a latent will, two where a question starts; its own reports come up where it works alone
const PRACTICE = ["1 word", "1 word", "2 words", "2 words", "3 words", "a whole message", "a whole message"]
  .concat("a report of its own")
  .map((kind) => HEARD[kind]!);

/**
 * A specialist of one map between two alphabets: it looks a symbol of the first up in the pairs of its prompt, and
 * repeats any symbol of another alphabet, which is not its business.
 *
 * @param field the field of the prompt that holds the pairs
 * @param level the index of the first alphabet
 */
export function lookUp(
  { field, level, slot, roleWord }: { field: string; level: number; slot: string; roleWord: string },
  { contexts = 16, queries = 16, easySteps = 400 }: LessonSizes = {},
): Skill {
  checkSizes({ contexts, queries });
  const [keys, values] = [ALPHABETS[level]!, ALPHABETS[level + 1]!];
  const others = ALPHABETS.flatMap((alphabet, i) => (i === level ? [] : alphabet));
  const ask = (map: Bijection, stream: Random, hear: Heard): SkillQuestion => {
    const key = stream.integer(map.images.length);
    const known = stream.uniform() < 0.75;
    const symbol = known ? keys[key]! : stream.pick(others);
    const image = known ? values[map.images[key]!]! : symbol;
    return { slots: { [slot]: hear(symbol, stream).join(" ") }, reply: reportText(symbol, image) };
  };
  return {
    name: `look up ${field}`,
    words: [";", "after", "leads", ",", "go", roleWord, ...ALPHABETS.flat()],
    heavyWords: 1,
    settings: { maps: contexts, queries, easySteps },
    lesson(seed, step) {
      const stream = random(seed, "look up", field, step);
      const hear = stream.pick(PRACTICE);
      const size = mapSize(stream, step, easySteps);
      const maps = Array.from({ length: contexts }, () => randomBijection(stream, size, { heldOut: false }));
      return {
        contexts: maps.map((map) => ({ [field]: bijectionText(map, keys, values, stream), start: "" })),
        queries: Array.from({ length: queries }, () => maps.map((map) => ask(map, stream, hear))),
      };
    },
    exams: (seed, size) =>
      Object.fromEntries(
        Object.entries(HEARD).map(([kind, hear], i) => {
          const stream = random(seed, "look up exam", field, i);
          const questions = Array.from({ length: size }, () => {
            const map = randomBijection(stream, SYMBOLS, { heldOut: true });
            const context = { [field]: bijectionText(map, keys, values, stream), start: "" };
            return { context, ...ask(map, stream, hear) };
          });
          return [kind, questions];
        }),
      ),
  };
}

function mapSize(stream: Random, step: number, easySteps: number): number {
  if (step < easySteps) return 3 + stream.integer(2 + Math.floor((4 * step) / easySteps));
  return stream.uniform() < 0.8 ? SYMBOLS : 3 + stream.integer(SYMBOLS - 2);
}
