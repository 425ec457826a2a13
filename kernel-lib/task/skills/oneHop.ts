import { NODE_NAMES } from "../forest";
import { oneHopLesson } from "../oneHop";
import { oneHopExam } from "../oneHopCheck";
import { checkSizes, type LessonSizes, type Skill } from "./skill";

/**
 * One hop in a forest, in words: after "… go c" say "d is parent of c , go d".
 *
 * @param slot where the message before is heard, whole or its last words
 * @param roleWord the word of the prompt that tells the agent its role
 */
export function oneHop(
  slot: string,
  roleWord: string,
  { contexts = 16, queries = 12, easySteps = 200 }: LessonSizes = {},
): Skill {
  checkSizes({ contexts, queries });
  return {
    name: "one hop",
    words: [";", "is", "parent", "of", ",", "go", roleWord, ...NODE_NAMES],
    heavyWords: 1,
    settings: { forests: contexts, queries, easySteps },
    lesson(seed, step) {
      const lesson = oneHopLesson(seed, step, { forests: contexts, queries, easySteps });
      return {
        contexts: lesson.forests.map((forest) => ({ forest, start: "" })),
        queries: lesson.queries.map((asked) =>
          asked.map(({ slot: words, reply }) => ({ slots: { [slot]: words }, reply })),
        ),
      };
    },
    exams: (seed, size) =>
      Object.fromEntries(
        [1, 2, 8].map((words) => [
          `${words} words`,
          oneHopExam(seed, size, words).map(({ forest, slot: said, reply }) => ({
            context: { forest, start: "" },
            slots: { [slot]: said },
            reply,
          })),
        ]),
      ),
  };
}
