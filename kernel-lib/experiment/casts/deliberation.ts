import { CALL_WORDS, callMessage, NUMBER_NAMES, NUMBERS } from "../../task/lastDigitsText";
import { call, type Hearing, walk } from "../../task/skills";
import type { SmallAgentRecipe } from "./recipe";

const lastWords =
  (words: number): Hearing =>
  (_, node, random) =>
    callMessage(node, random.pick(NUMBERS)).split(" ").slice(-words);

/** A reflector that walks one hop among numbers, and a tool-caller that has Python compute with where it arrives. */
export const SMALL_DELIBERATION: readonly SmallAgentRecipe[] = [
  {
    role: "reflector",
    family: "qwen3_5",
    hiddenSize: 64,
    intermediateSize: 128,
    seed: 41,
    slots: ["feedback"],
    prompts: {
      opening: "{{ forest }} reflect go {{ start }}",
      recurring: "{{ forest }} reflect <<feedback>>",
    },
    skill: walk({
      name: "walk among numbers",
      slot: "feedback",
      words: [";", "is", "parent", "of", ",", "go", "reflect", ...CALL_WORDS].concat(
        NUMBERS.filter((number) => !NUMBER_NAMES.includes(number)),
      ),
      names: NUMBER_NAMES,
      hops: 1,
      say: ([from, to]) => `${to} is parent of ${from} , go ${to}`,
      heavyWords: 1,
      heard: {
        "1 word": lastWords(1),
        "2 words": lastWords(2),
        "a call": lastWords(14),
        "a reflection": (before, node) => `${node} is parent of ${before} , go ${node}`.split(" "),
      },
      practice: ["1 word", "1 word", "2 words", "2 words", "a call", "a call", "a reflection"],
    }),
  },
  {
    role: "toolcaller",
    family: "qwen3_5",
    hiddenSize: 64,
    intermediateSize: 128,
    seed: 42,
    slots: ["reflection"],
    prompts: { recurring: "times {{ factor }} use <<reflection>>" },
    skill: call("reflection", ["times", "use"]),
    steps: 700,
  },
];
