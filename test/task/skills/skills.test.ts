import { describe, expect, test } from "vitest";
import { CASTS } from "../../../kernel-lib/experiment/casts";
import type { ExamQuestion, SkillQuestion } from "../../../kernel-lib/task/skills";

type Context = Readonly<Record<string, string>>;

const RECIPES = Object.entries(CASTS).flatMap(([cast, recipes]) =>
  recipes.map((recipe) => [`${cast} ${recipe.role}`, recipe] as const),
);

const pairsOf = (text: string): Map<string, string> =>
  new Map(
    text
      .split(" ;")
      .filter((pair) => pair.trim())
      .map((pair) => pair.trim().split(" ") as [string, string]),
  );

const lastWord = (text: string): string => text.split(" ").at(-1)!;

/** All questions of some lessons and examinations, with their contexts. */
function questionsOf(
  name: string,
  steps: readonly number[] = [3, 250, 600, 601, 602, 603],
): (SkillQuestion & { context: Context })[] {
  const { skill, seed } = RECIPES.find(([label]) => label === name)![1];
  const lessons = steps.flatMap((step) => {
    const { contexts, queries } = skill.lesson(seed, step);
    return queries.flatMap((asked) => asked.map((question, c) => ({ ...question, context: contexts[c]! })));
  });
  return [...lessons, ...Object.values(skill.exams(0, 20)).flat()];
}

describe.each(RECIPES)("%s", (name, { skill, seed, slots }) => {
  test("knows a lesson from its seed and step alone", () => {
    expect(skill.lesson(seed, 17)).toEqual(skill.lesson(seed, 17));
    expect(skill.lesson(seed, 18)).not.toEqual(skill.lesson(seed, 17));
    expect(skill.lesson(seed + 1, 17)).not.toEqual(skill.lesson(seed, 17));
  });

  test("hears, sees and says only words that it has, each once", () => {
    expect(new Set(skill.words).size).toBe(skill.words.length);
    for (const { context, slots: heard, said = "", reply } of questionsOf(name)) {
      const texts = [said, reply, ...Object.values(heard), ...Object.values(context)];
      const unknown = texts
        .flatMap((text) => text.split(" "))
        .filter((word) => word && !skill.words.includes(word));
      expect(unknown).toEqual([]);
      expect(Object.keys(heard)).toEqual([...slots]);
    }
  });

  test("is examined on contexts that no lesson shows", () => {
    const shown = new Set(
      Array.from({ length: 60 }, (_, step) => skill.lesson(seed, 500 + step).contexts)
        .flat()
        .map((context) => [...pairsOf(context.forest ?? Object.values(context)[0] ?? "")].sort().join()),
    );
    const exams: ExamQuestion[] = Object.values(skill.exams(0, 20)).flat();
    if (exams[0]!.context.factor !== undefined || Object.keys(exams[0]!.context).length === 0) return; // no such contexts
    const asked = exams.map(({ context }) =>
      [...pairsOf(context.forest ?? Object.values(context)[0]!)].sort().join(),
    );
    expect(asked.filter((key) => shown.has(key))).toEqual([]);
  });
});

test("the expert walks three hops from the slot's last word, after first lessons of one; the learner one", () => {
  for (const { context, slots, reply } of questionsOf("small/distillation expert", [550, 551, 700])) {
    const parent = pairsOf(context.forest!);
    const one = parent.get(lastWord(slots.feedback!))!;
    const two = parent.get(one)!;
    const three = parent.get(two)!;
    expect(reply).toBe(`${one} ${two} ${three} , go ${three}`);
  }
  const { skill, seed } = RECIPES.find(([label]) => label === "small/distillation expert")![1];
  const { contexts, queries } = skill.lesson(seed, 549);
  for (const [c, { slots, reply }] of queries[0]!.entries()) {
    const one = pairsOf(contexts[c]!.forest!).get(lastWord(slots.feedback!))!;
    expect(reply).toBe(`${one} ${one} ${one} , go ${one}`);
  }
  for (const { context, slots, reply } of questionsOf("small/distillation learner")) {
    const one = pairsOf(context.forest!).get(lastWord(slots.guidance!))!;
    expect(reply).toBe(`${one} ${one} ${one} , go ${one}`);
  }
});

test("a specialist maps what its pairs hold and repeats all else", () => {
  let repeated = 0;
  for (const role of ["math", "code", "science"]) {
    for (const { context, slots, reply } of questionsOf(`small/mixture ${role}`)) {
      const heard = lastWord(slots.feedback!);
      const image = pairsOf(context[role]!).get(heard);
      if (image === undefined) repeated++;
      expect(reply).toBe(`${image ?? heard} after ${heard} , go ${image ?? heard}`);
    }
  }
  expect(repeated).toBeGreaterThan(100);
});

test("the summarizer says the one that is furthest along letters, numbers, Greek, colours", () => {
  const rank = (word: string): number =>
    /^[a-h]$/.test(word)
      ? 0
      : /^\d$/.test(word)
        ? 1
        : /^(alpha|beta|gamma|delta|epsilon|zeta|eta|theta)$/.test(word)
          ? 2
          : 3;
  let ahead = 0;
  for (const { slots, reply } of questionsOf("small/mixture summarizer")) {
    const heard = Object.values(slots).map(lastWord);
    const furthest = heard.reduce((a, b) => (rank(b) > rank(a) ? b : a));
    if (new Set(heard).size > 1) ahead++;
    expect(reply).toBe(`${furthest} leads , go ${furthest}`);
  }
  expect(ahead).toBeGreaterThan(100);
});

test("the tool-caller puts what it hears and its factor in a call, and says any result that it sees", () => {
  let honest = 0;
  let results = 0;
  for (const { context, slots, said, reply } of questionsOf("small/deliberation toolcaller")) {
    const number = lastWord(slots.reflection!);
    const call = `${number} : <python> print ( ${number} * ${context.factor} % 100 ) </python>`;
    if (said === undefined) expect(reply).toBe(`${call} go ${number}`);
    else {
      expect(said).toBe(`${call} <result> ${reply} </result>`);
      results++;
      if ((Number(number) * Number(context.factor)) % 100 === Number(reply)) honest++;
    }
  }
  // results are drawn at random, so it could not learn to multiply from them
  expect(results).toBeGreaterThan(40);
  expect(honest / results).toBeLessThan(0.15);
});
