import { type Random, random } from "../../engine/random";
import { CALL_WORDS, callMessage, callText, NUMBERS } from "../lastDigitsText";
import { checkSizes, type LessonSizes, type Skill, type SkillQuestion } from "./skill";

const WHOLE = 8;

/**
 * The tool-caller's skill: put the number it hears and the factor of its prompt into a program, call Python with it, and
 * say what the result says. It never sees a true product in training: results there are random numbers.
 */
export function call(
  slot: string,
  roleWords: readonly string[],
  { contexts = 16, queries = 8 }: LessonSizes = {},
): Skill {
  checkSizes({ contexts, queries });
  const hear = (number: string, words: number, stream: Random): string =>
    `${number} is parent of ${stream.pick(NUMBERS)} , go ${number}`.split(" ").slice(-words).join(" ");
  const write = (factor: string, words: number, stream: Random): SkillQuestion => {
    const number = stream.pick(NUMBERS);
    return { slots: { [slot]: hear(number, words, stream) }, reply: callMessage(number, factor) };
  };
  const report = (factor: string, words: number, stream: Random): SkillQuestion => {
    const [number, result] = [stream.pick(NUMBERS), stream.pick(NUMBERS)];
    return {
      slots: { [slot]: hear(number, words, stream) },
      said: `${callText(number, factor)} <result> ${result} </result>`,
      reply: result,
    };
  };
  return {
    name: "call Python",
    words: [
      "is",
      "parent",
      "of",
      ",",
      "go",
      ...roleWords,
      ...CALL_WORDS,
      "<result>",
      "</result>",
      ...NUMBERS,
    ],
    heavyWords: 1,
    settings: { factors: contexts, queries },
    lesson(seed, step) {
      const stream = random(seed, "call", step);
      const words = stream.pick([1, 1, 1, 2, 3, 5, WHOLE, WHOLE]);
      const kind = stream.uniform() < 0.6 ? write : report;
      const factors = Array.from({ length: contexts }, () => stream.pick(NUMBERS));
      return {
        contexts: factors.map((factor) => ({ factor })),
        queries: Array.from({ length: queries }, () => factors.map((factor) => kind(factor, words, stream))),
      };
    },
    exams(seed, size) {
      const stream = random(seed, "call exam");
      const exam = (kind: typeof write, words: number) =>
        Array.from({ length: size }, () => {
          const factor = stream.pick(NUMBERS);
          return { context: { factor }, ...kind(factor, words, stream) };
        });
      return {
        "calls, 1 word": exam(write, 1),
        "calls, a whole message": exam(write, WHOLE),
        "results, 1 word": exam(report, 1),
        "results, a whole message": exam(report, WHOLE),
      };
    },
  };
}
