import { afterAll, beforeAll, expect, test } from "vitest";
import type { Agent } from "../../kernel-lib/agent/agent";
import { ready } from "../../kernel-lib/engine/backend";
import { random } from "../../kernel-lib/engine/random";
import type { tf } from "../../kernel-lib/engine/tf";
import { type AnswerOptions, answerBatch, type BatchAnswers } from "../../kernel-lib/system/answer";
import { prepareBatch, releaseBatch } from "../../kernel-lib/system/prepare";
import { recursiveSystem } from "../../kernel-lib/system/recursiveSystem";
import type { Style } from "../../kernel-lib/system/style";
import { sequential } from "../../kernel-lib/system/styles/sequential";
import type { Medium, RecursiveSystem } from "../../kernel-lib/system/system";
import { riggedAgent } from "../experiment/rigged";
import { tensorsLeftBy } from "../support/tensors";
import { disposeAgents, QUESTIONS, type Role, tinyAgents } from "../support/tinySystem";
import { naiveGraph } from "./naive";

const ROUNDS = 5;

let agents: Record<Role, Agent>;

beforeAll(async () => {
  await ready();
  agents = tinyAgents({ maxPositions: 96 });
});
afterAll(() => disposeAgents({ agents }));

const run = async (
  system: RecursiveSystem,
  options: Partial<AnswerOptions>,
  questions = QUESTIONS,
): Promise<BatchAnswers> => {
  const batch = prepareBatch(system, questions);
  try {
    return await answerBatch(system, batch, { answerAt: [ROUNDS], maxNewTokens: 3, ...options });
  } finally {
    releaseBatch(batch);
  }
};

/** The speaker in the middle of its round, so that others have a turn after it. */
const MIDDLE: Style = {
  name: "middle",
  order: ["a", "b", "c"],
  edges: [
    { from: "a", to: "b", slot: "plan", feedback: false },
    { from: "b", to: "c", slot: "refined", feedback: false },
    { from: "c", to: "a", slot: "feedback", feedback: true },
  ],
  speaker: "b",
};

const middle = (medium: Medium | Record<string, Medium>): Promise<RecursiveSystem> => {
  const { planner: a, critic: b, solver: c } = agents;
  return recursiveSystem(MIDDLE, { a, b, c }, { medium, latentSteps: 2, maxMessageTokens: 3 });
};

/** 1 − cosine of thoughts `[1, m, d]`, averaged over the m, in plain numbers. */
async function moved(before: tf.Tensor3D, after: tf.Tensor3D): Promise<number> {
  const [[one], [two]] = [await before.array(), await after.array()];
  const dot = (x: number[], y: number[]): number => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  const steps = one!.map((x, i) => 1 - dot(x, two![i]!) / Math.sqrt(dot(x, x) * dot(two![i]!, two![i]!)));
  return steps.reduce((sum, step) => sum + step, 0) / steps.length;
}

test.each([
  ["in latents", "latent"],
  ["with one edge in text", { "c-a": "text" }],
] as [string, Medium | Record<string, Medium>][])(
  "questions end when the speaker's thoughts stand still, each at the round and with the answer of a run alone: %s",
  async (_, medium) => {
    const system = await middle(medium);
    const media = Object.fromEntries(["a-b", "b-c", "c-a"].map((edge) => [edge, system.mediumOf(edge)]));
    const naive = await Promise.all(
      QUESTIONS.map((question) => naiveGraph(system, question, { rounds: ROUNDS, maxNewTokens: 3, media })),
    );
    const moves: number[][] = [];
    for (const { thoughts } of naive) {
      const own: number[] = [];
      for (let round = 2; round < ROUNDS; round++) {
        own.push(await moved(thoughts[`${round - 1} b`]!, thoughts[`${round} b`]!));
      }
      moves.push(own);
    }
    const endsAt = (latents: number): number[] =>
      moves.map((own) => {
        const at = own.findIndex((move) => move < latents);
        return at < 0 ? ROUNDS : at + 2;
      });
    // a threshold well between two movements, such that not all questions end alike
    const all = moves.flat().sort((x, y) => x - y);
    const latents = all
      .flatMap((move, i) => (i > 0 && move > 1.2 * all[i - 1]! ? [(move + all[i - 1]!) / 2] : []))
      .find((between) => new Set(endsAt(between)).size > 1)!;
    const ends = endsAt(latents);
    expect(new Set(ends).size, "not all end in the same round").toBeGreaterThan(1);

    let found: BatchAnswers | undefined;
    const told = QUESTIONS.map((): string[] => []);
    const left = await tensorsLeftBy(async () => {
      found = await run(system, {
        earlyExit: { latents },
        observe: ({ turn, questions, thoughts, answers }) => {
          expect(thoughts?.shape[0] ?? questions.length).toBe(questions.length);
          expect(answers?.length ?? questions.length).toBe(questions.length);
          for (const question of questions) told[question]!.push(`${turn.round} ${turn.role}`);
        },
      });
    });
    expect(left).toBe(0);
    const { byRound, roundsUsed, answerTokens, messageTokens, latentSteps } = found!;
    expect(roundsUsed).toEqual(ends);
    for (const [b, end] of ends.entries()) {
      expect(byRound[ROUNDS]![b]).toEqual(naive[b]!.answers[end]);
      expect(answerTokens[b]).toBe(naive[b]!.answers[end]!.tokens);
      // a and b in every round, c in all but the last, b without thoughts where nothing can end early any more
      const turns = Array.from({ length: end }, (_, i) => [`${i + 1} a`, `${i + 1} b`, `${i + 1} c`]).flat();
      expect(told[b]).toEqual(turns.slice(0, -1));
      const thinking = [end, end === ROUNDS ? end - 1 : end, media["c-a"] === "text" ? 0 : end - 1];
      expect(latentSteps[b]).toBe(2 * thinking.reduce((sum, count) => sum + count, 0));
      const written = turns.slice(0, -1).filter((turn) => turn.endsWith("c") && media["c-a"] === "text");
      expect(messageTokens[b]).toBe(written.reduce((sum, turn) => sum + naive[b]!.said[turn]!.tokens, 0));
    }
    for (const { thoughts } of naive) for (const states of Object.values(thoughts)) states.dispose();
    system.dispose();
  },
);

/** One agent that hears itself and says the letter after the one it heard last: d stays d, x says nothing. */
async function counter(): Promise<RecursiveSystem> {
  const agent = riggedAgent(
    "counter",
    ["a", "b", "c", "d", "x"],
    { a: "b", b: "c", c: "d", d: "d" },
    {
      opening: "{{ start }}",
      recurring: "<<heard>>",
    },
  );
  const style: Style = {
    name: "counter",
    order: ["counter"],
    edges: [{ from: "counter", to: "counter", slot: "heard", feedback: true }],
    speaker: "counter",
  };
  return recursiveSystem(style, { counter: agent }, { medium: "text", maxMessageTokens: 1 });
}

test("questions end when they are answered as in the round before: counted by hand", async () => {
  const system = await counter();
  const questions = ["a", "c", "x"].map((start) => ({ start }));
  const options = { answerAt: [1, 3, 6], maxNewTokens: 1, earlyExit: { answer: true } };
  const { byRound, roundsUsed, answerTokens, messageTokens } = await run(system, options, questions);
  // a: b c d d; c: d d; x: silence, silence
  expect(roundsUsed).toEqual([4, 2, 2]);
  expect(byRound[1]!.map(({ text }) => text)).toEqual(["b", "d", ""]);
  expect(byRound[3]!.map(({ text }) => text)).toEqual(["d", "d", ""]);
  expect(byRound[6]!.map(({ text }) => text)).toEqual(["d", "d", ""]);
  expect(answerTokens).toEqual([4, 2, 2]);
  expect(messageTokens).toEqual([3, 1, 1]);
  system.dispose();
  disposeAgents(system);
});

test("patience asks for more rounds on end, and the last round ends all", async () => {
  const system = await counter();
  const questions = ["a", "c"].map((start) => ({ start }));
  const used = async (patience: number, rounds: number): Promise<readonly number[]> =>
    (
      await run(
        system,
        { answerAt: [rounds], maxNewTokens: 1, earlyExit: { answer: true, patience } },
        questions,
      )
    ).roundsUsed;
  expect(await used(2, 6)).toEqual([5, 3]);
  expect(await used(3, 6)).toEqual([6, 4]);
  expect(await used(1, 3)).toEqual([3, 2]);
  expect(await used(1, 1)).toEqual([1, 1]);
  system.dispose();
  disposeAgents(system);
});

test("with both criteria, either ends a question", async () => {
  const system = await sequential(agents, { latentSteps: 2 });
  const options = { answerAt: [ROUNDS], earlyExit: { answer: true, latents: 3 } };
  // no two thoughts are further than 2 apart, so the second round ends all
  expect((await run(system, options)).roundsUsed).toEqual([2, 2, 2]);
  system.dispose();
});

test.each<[string, Medium | Record<string, Medium>]>([
  ["latents", "latent"],
  ["a mixture", { "planner-critic": "text" }],
])("a criterion that never holds changes nothing, sampled or not: %s", async (_, medium) => {
  const system = await sequential(agents, { latentSteps: 2, medium, maxMessageTokens: 3 });
  for (const temperature of [0, 1.2]) {
    const options = (): Partial<AnswerOptions> => ({
      answerAt: [2, ROUNDS],
      decoding: { temperature },
      randoms: QUESTIONS.map((_, b) => random("stream", b)),
    });
    const without = await run(system, options());
    expect(await run(system, { ...options(), earlyExit: { latents: 3, patience: 9 } })).toEqual(without);
    expect(without.roundsUsed).toEqual([ROUNDS, ROUNDS, ROUNDS]);
  }
  system.dispose();
});

test("answers in every round cost tokens and change no answer, if none is the same twice", async () => {
  const system = await sequential(agents, { latentSteps: 2 });
  const without = await run(system, { answerAt: [1, 2, 3] });
  const { answerTokens, ...rest } = await run(system, {
    answerAt: [1, 2, 3],
    earlyExit: { answer: true, patience: 9 },
  });
  const { answerTokens: wanted, ...others } = without;
  expect([answerTokens, rest]).toEqual([wanted, others]);
  const asked = await run(system, { answerAt: [3], earlyExit: { answer: true, patience: 9 } });
  expect(asked.answerTokens).toEqual(wanted);
  system.dispose();
});

test("a run that is stopped after some questions have left leaves no tensor behind", async () => {
  const system = await middle("latent");
  const stop = new AbortController();
  const left = await tensorsLeftBy(async () => {
    const going = run(system, {
      earlyExit: { latents: 3 },
      observe: ({ turn, answers }) => {
        if (turn.round === 2 && answers) stop.abort();
      },
      signal: stop.signal,
    });
    await going.catch(() => undefined);
    const failing = run(system, {
      earlyExit: { latents: 3 },
      observe: ({ turn, answers }) => {
        if (turn.round === 2 && answers) throw new Error("seen enough");
      },
    });
    await expect(failing).rejects.toThrow("seen enough");
  });
  expect(left).toBe(0);
  system.dispose();
});

test.each<[unknown, RegExp]>([
  [{}, /earlyExit is \{\}, which says nothing to stop for\. Try earlyExit: \{ answer: true \}\.$/],
  [{ answer: false, patience: 2 }, /says nothing to stop for/],
  [{ latent: 0.1 }, /earlyExit has "latent"; it can have answer, latents, patience\. Try latents\.$/],
  [{ latents: 0 }, /earlyExit\.latents is 0; it must be a number above 0\. Try latents: 0\.01\.$/],
  [{ answer: true, patience: 0 }, /earlyExit\.patience is 0; it must be a whole number.*Try patience: 2\.$/],
  [{ answer: "yes" }, /earlyExit\.answer is "yes"; it must be true or false\. Try answer: true\.$/],
  [true, /earlyExit was given true; its options are an object\. Try earlyExit: \{ answer: true \}\.$/],
])("earlyExit %j is refused", async (earlyExit, message) => {
  const system = await sequential(agents);
  await expect(run(system, { earlyExit: earlyExit as { answer: boolean } })).rejects.toThrow(message);
  system.dispose();
});

test("a speaker that only writes has no thoughts to compare", async () => {
  const system = await sequential(agents, { medium: { "solver-planner": "text" } });
  await expect(run(system, { earlyExit: { latents: 0.1 } })).rejects.toThrow(
    "earlyExit.latents compares thoughts of the solver, which has none to hand on (the medium is mixed). " +
      "Try earlyExit: { answer: true }.",
  );
  system.dispose();
});
