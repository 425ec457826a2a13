import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Agent } from "../../kernel-lib/agent/agent";
import { lastHidden } from "../../kernel-lib/agent/read";
import { ready } from "../../kernel-lib/engine/backend";
import { AbortedError } from "../../kernel-lib/engine/control";
import { random } from "../../kernel-lib/engine/random";
import { tf } from "../../kernel-lib/engine/tf";
import { logits } from "../../kernel-lib/model/transformer";
import { answerBatch } from "../../kernel-lib/system/answer";
import { type LatentMail, latentTurn } from "../../kernel-lib/system/latentTurn";
import { type PreparedBatch, prepareBatch, releaseBatch } from "../../kernel-lib/system/prepare";
import { readTurn } from "../../kernel-lib/system/rounds/readTurn";
import { sequential } from "../../kernel-lib/system/styles/sequential";
import type { RecursiveSystem } from "../../kernel-lib/system/system";
import { turns } from "../../kernel-lib/system/turns";
import { tensorsLeftBy } from "../support/tensors";
import { disposeAgents, QUESTIONS, type Role, tinyAgents } from "../support/tinySystem";
import { naiveLatent, naiveText } from "./naive";

// Cached and whole forward passes add the same float32 numbers in another order; three agents, three rounds and up to
// nine steps deep, the states (of size 1) part by some 1e-5.
const TOLERANCE = 2e-4;
const ROUNDS = [1, 2, 3];

let slotLast: Record<Role, Agent>;
let slotFirst: Record<Role, Agent>;

beforeAll(async () => {
  await ready();
  slotLast = tinyAgents();
  const { planner, critic, solver } = slotLast;
  slotFirst = {
    planner: planner.withPrompts({
      opening: "plan go {{ start }} {{ forest }}",
      recurring: "plan <<feedback>> , go {{ start }} {{ forest }}",
    }),
    critic: critic.withPrompts({ recurring: "<<plan>> {{ forest }} check" }),
    solver: solver.withPrompts({ recurring: "{{ start }} {{ forest }} solve <<refined>> of {{ forest }}" }),
  };
});
afterAll(() => disposeAgents({ agents: slotLast }));

/** Numbers of question `b` in a batch. */
async function row(batch: tf.Tensor, b: number): Promise<number[]> {
  const one = tf.tidy(() => batch.slice([b, 0, 0], [1, -1, -1]));
  const data = [...(await one.data())];
  one.dispose();
  return data;
}

function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  expect(actual.length, what).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    expect(Math.abs(actual[i]! - expected[i]!), `${what}, number ${i}`).toBeLessThan(TOLERANCE);
  }
}

/** Scores of the answer's first token after `rounds` rounds, `[batch, 1, vocab]`. */
function finalScores(system: RecursiveSystem, batch: PreparedBatch, rounds: number): tf.Tensor3D {
  return tf.tidy(() => {
    let mail: LatentMail = {};
    for (const turn of turns(system.style, [rounds])) {
      const start = readTurn(batch, turn, mail);
      if (turn.answers) return logits(system.agents.solver!.model, lastHidden(start.hidden));
      mail = { ...mail, ...latentTurn(system, system.links, batch, turn, start).sent };
    }
    throw new Error("nobody answered");
  });
}

describe.each([
  ["slot last", () => slotLast],
  ["slot first or in the middle, with words after it", () => slotFirst],
])("with the %s", (_, agents) => {
  test.each([
    { latentSteps: 1, composition: "outer(inner(h))" as const },
    { latentSteps: 3, composition: "outer(inner(h))" as const },
    { latentSteps: 3, composition: "outer(h)" as const },
  ])(
    "a batch of unequal prompts thinks and answers as naive runs of single questions do: $latentSteps step, $composition",
    async (options) => {
      const system = await sequential(agents(), options);
      const batch = prepareBatch(system, QUESTIONS);
      const thoughts = new Map<string, number[][]>();
      const { byRound, latentSteps, messageTokens } = await answerBatch(system, batch, {
        answerAt: ROUNDS,
        maxNewTokens: 6,
        observe: async ({ turn, thoughts: seen }) => {
          if (!seen) return;
          const rows = QUESTIONS.map((_, b) => row(seen, b));
          thoughts.set(`${turn.round} ${turn.role}`, await Promise.all(rows));
        },
      });

      for (const [b, question] of QUESTIONS.entries()) {
        const naive = await naiveLatent(system, question, 3, 6);
        expect([...thoughts.keys()].sort()).toEqual(Object.keys(naive.thoughts).sort());
        for (const [turn, states] of Object.entries(naive.thoughts)) {
          expectNear(thoughts.get(turn)![b]!, await states.data(), `thoughts of turn ${turn}, question ${b}`);
        }
        for (const rounds of ROUNDS) {
          const scores = finalScores(system, batch, rounds);
          expectNear(
            await row(scores, b),
            naive.scores[rounds]!,
            `scores after ${rounds} rounds, question ${b}`,
          );
          scores.dispose();
          expect(byRound[rounds]![b]).toEqual(naive.answers[rounds]);
        }
      }
      // two of three turns in the last round, all three before
      expect(latentSteps).toEqual([8, 8, 8].map((turns) => turns * options.latentSteps));
      expect(messageTokens).toEqual([0, 0, 0]);
      releaseBatch(batch);
      system.dispose();
    },
  );

  test("in text, messages and answers are those of a naive loop", async () => {
    const system = await sequential(agents(), { medium: "text", maxMessageTokens: 5 });
    const batch = prepareBatch(system, QUESTIONS);
    const said = new Map<string, readonly string[]>();
    const { byRound, messageTokens, latentSteps } = await answerBatch(system, batch, {
      answerAt: ROUNDS,
      maxNewTokens: 6,
      observe: ({ turn, said: texts }) => {
        if (texts)
          said.set(
            `${turn.round} ${turn.role}`,
            texts.map(({ text }) => text),
          );
      },
    });
    for (const [b, question] of QUESTIONS.entries()) {
      const naive = await naiveText(system, question, 3, 6);
      for (const [turn, text] of Object.entries(naive.said)) expect(said.get(turn)![b], turn).toBe(text);
      for (const rounds of ROUNDS) expect(byRound[rounds]![b]).toEqual(naive.answers[rounds]);
      expect(messageTokens[b]).toBe(naive.messageTokens);
    }
    expect(said.size).toBe(8);
    expect(latentSteps).toEqual([0, 0, 0]);
    releaseBatch(batch);
    system.dispose();
  });
});

test("each turn is reported once, with what it said, thought and answered, and how long it took", async () => {
  const latent = await sequential(slotLast, { latentSteps: 2 });
  const told: string[] = [];
  const lastAnswers: unknown[] = [];
  for (const system of [latent, latent.withMedium("text")]) {
    const batch = prepareBatch(system, QUESTIONS);
    const { byRound } = await answerBatch(system, batch, {
      answerAt: [1, 2],
      maxNewTokens: 3,
      observe: ({ turn, said, thoughts, answers, questions, seconds }) => {
        const parts = Object.entries({ said, thoughts, answers }).filter(([, value]) => value !== undefined);
        told.push(`${turn.round} ${turn.role} ${parts.map(([name]) => name).join("+")}`);
        expect(questions).toEqual([0, 1, 2]);
        expect(seconds).toBeGreaterThan(0);
        if (turn.round === 2 && turn.role === "solver") lastAnswers.push(answers);
      },
    });
    expect(lastAnswers.pop()).toEqual(byRound[2]);
    releaseBatch(batch);
  }
  const turnsBy = (handed: string): string[] => [
    ...["planner", "critic"].map((role) => `1 ${role} ${handed}`),
    `1 solver ${handed}+answers`,
    ...["planner", "critic"].map((role) => `2 ${role} ${handed}`),
    "2 solver answers",
  ];
  expect(told).toEqual([...turnsBy("thoughts"), ...turnsBy("said")]);
  latent.dispose();
});

test("questions get different answers, or agreement with the naive run would say little", async () => {
  const system = await sequential(slotLast, { latentSteps: 3 });
  const batch = prepareBatch(system, QUESTIONS);
  const { byRound } = await answerBatch(system, batch, { answerAt: [1, 3], maxNewTokens: 6 });
  expect(new Set([...byRound[1]!, ...byRound[3]!].map(({ text }) => text)).size).toBeGreaterThan(2);
  releaseBatch(batch);
  system.dispose();
});

test("an answer at an earlier round does not change the later one", async () => {
  const system = await sequential(slotLast, { latentSteps: 2 });
  const batch = prepareBatch(system, QUESTIONS);
  const all = await answerBatch(system, batch, { answerAt: [1, 2, 3], maxNewTokens: 6 });
  const last = await answerBatch(system, batch, { answerAt: [3], maxNewTokens: 6 });
  expect(last.byRound).toEqual({ 3: all.byRound[3] });
  releaseBatch(batch);
  system.dispose();
});

test("sampled answers follow each question's own stream, whoever else is in the batch", async () => {
  const system = await sequential(slotLast, { medium: "text", maxMessageTokens: 4 });
  const sample = async (chosen: readonly number[]) => {
    const batch = prepareBatch(
      system,
      chosen.map((b) => QUESTIONS[b]!),
    );
    const { byRound } = await answerBatch(system, batch, {
      answerAt: [2],
      maxNewTokens: 6,
      decoding: { temperature: 1.5, topP: 0.95 },
      randoms: chosen.map((b) => random("stream", b)),
    });
    releaseBatch(batch);
    return byRound[2]!;
  };
  const together = await sample([0, 1, 2]);
  const reversed = await sample([2, 1, 0]);
  expect(reversed).toEqual([...together].reverse());
  for (const b of [0, 1, 2]) expect(await sample([b])).toEqual([together[b]]);
  system.dispose();
});

test.each(["latent", "text"] as const)("answering by %s leaves no tensor behind", async (medium) => {
  const system = await sequential(slotFirst, { latentSteps: 2, medium });
  const left = await tensorsLeftBy(async () => {
    const batch = prepareBatch(system, QUESTIONS);
    await answerBatch(system, batch, { answerAt: [1, 2], maxNewTokens: 3 });
    releaseBatch(batch);
  });
  expect(left).toBe(0);
  system.dispose();
});

test.each(["latent", "text"] as const)(
  "a run by %s that is stopped in its second round throws and leaves no tensor",
  async (medium) => {
    const system = await sequential(slotLast, { latentSteps: 2, medium });
    const stop = new AbortController();
    const told: string[] = [];
    const left = await tensorsLeftBy(async () => {
      const batch = prepareBatch(system, QUESTIONS);
      const run = answerBatch(system, batch, {
        answerAt: [3],
        maxNewTokens: 3,
        observe: ({ turn: { round, role } }) => {
          told.push(`${round} ${role}`);
          if (round === 2) stop.abort();
        },
        signal: stop.signal,
      });
      await expect(run).rejects.toBeInstanceOf(AbortedError);
      releaseBatch(batch);
    });
    expect(told).toEqual(["1 planner", "1 critic", "1 solver", "2 planner"]);
    expect(left).toBe(0);
    system.dispose();
  },
);

test("an observer that throws ends the run and leaves no tensor", async () => {
  const system = await sequential(slotLast, { latentSteps: 2 });
  const left = await tensorsLeftBy(async () => {
    const batch = prepareBatch(system, QUESTIONS);
    const run = answerBatch(system, batch, {
      answerAt: [2],
      maxNewTokens: 3,
      observe: () => {
        throw new Error("seen enough");
      },
    });
    await expect(run).rejects.toThrow("seen enough");
    releaseBatch(batch);
  });
  expect(left).toBe(0);
  system.dispose();
});
