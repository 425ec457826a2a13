import { type Random, random } from "../../engine/random";
import { ALPHABETS, leadText, reportText } from "../relay";
import { checkSizes, type LessonSizes, type Skill, type SkillQuestion } from "./skill";

const WHOLE = 6;

/**
 * The summarizer's skill: of what three specialists report, say what lies furthest along the alphabets. It has no map.
 *
 * @param slots where it hears them, each whole or its last words
 */
export function lead(
  slots: readonly string[],
  roleWords: readonly string[],
  { contexts = 64, queries = 1 }: LessonSizes = {},
): Skill {
  checkSizes({ contexts, queries });
  const levels = ALPHABETS.length;
  const ask = (stream: Random, words: number): SkillQuestion => {
    const level = stream.integer(levels);
    const known = stream.pick(ALPHABETS[level]!);
    // one specialist may be a step ahead of the others; nobody is where the way has ended
    const next = level + 1 < levels && stream.uniform() < 0.8 ? stream.pick(ALPHABETS[level + 1]!) : known;
    const ahead = stream.integer(slots.length);
    const heard = slots.map((slot, i) => {
      const report = reportText(known, i === ahead ? next : known).split(" ");
      return [slot, report.slice(-words).join(" ")];
    });
    return { slots: Object.fromEntries(heard), reply: leadText(next) };
  };
  return {
    name: "say who leads",
    words: ["after", "leads", ",", "go", ...roleWords, ...ALPHABETS.flat()],
    heavyWords: 1,
    settings: { reports: contexts * queries },
    lesson(seed, step) {
      const stream = random(seed, "lead", step);
      const words = stream.pick([1, 1, 1, 2, 3, 4, 5, WHOLE, WHOLE]);
      return {
        contexts: Array.from({ length: contexts }, () => ({})),
        queries: Array.from({ length: queries }, () =>
          Array.from({ length: contexts }, () => ask(stream, words)),
        ),
      };
    },
    exams: (seed, size) =>
      Object.fromEntries(
        [1, 2, WHOLE].map((words) => {
          const stream = random(seed, "lead exam", words);
          return [
            `${words} words`,
            Array.from({ length: size }, () => ({ context: {}, ...ask(stream, words) })),
          ];
        }),
      ),
  };
}
