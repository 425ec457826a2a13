import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Agent } from "../../../kernel-lib/agent/agent";
import { ready } from "../../../kernel-lib/engine/backend";
import { tf } from "../../../kernel-lib/engine/tf";
import { answerBatch } from "../../../kernel-lib/system/answer";
import { prepareBatch, releaseBatch } from "../../../kernel-lib/system/prepare";
import type { Style } from "../../../kernel-lib/system/style";
import {
  DELIBERATION,
  DISTILLATION,
  deliberation,
  distillation,
  MIXTURE,
  mixture,
  SEQUENTIAL,
} from "../../../kernel-lib/system/styles";
import type { RecursiveSystem } from "../../../kernel-lib/system/system";
import { turns } from "../../../kernel-lib/system/turns";
import { disposeAgents, tinyAgents } from "../../support/tinySystem";

/** The turns of a run, one a line: round, role, filled slots, "answers", and whom it tells. */
const schedule = (style: Style, rounds: number): string[] =>
  [...turns(style, [rounds])].map(({ round, role, inputs, answers, outputs }) =>
    [
      `${round} ${role}: ${inputs.map(({ slot }) => slot).join("+") || "–"}`,
      ...(answers ? ["answers"] : []),
      ...(outputs.length > 0 ? [`→ ${outputs.map(({ to }) => to).join("+")}`] : []),
    ].join(" "),
  );

describe("the turns of the mixture", () => {
  const first = ["1 math: – → summarizer", "1 code: – → summarizer", "1 science: – → summarizer"];
  const later = (round: number) => [
    `${round} math: feedback → summarizer`,
    `${round} code: feedback → summarizer`,
    `${round} science: feedback → summarizer`,
  ];
  const hands = (round: number) => `${round} summarizer: mathView+codeView+scienceView → math+code+science`;
  const answers = (round: number) => `${round} summarizer: mathView+codeView+scienceView answers`;

  test("are, in one to three rounds, three experts and a summarizer who hands back until it answers", () => {
    expect(schedule(MIXTURE, 1)).toEqual([...first, answers(1)]);
    expect(schedule(MIXTURE, 2)).toEqual([...first, hands(1), ...later(2), answers(2)]);
    expect(schedule(MIXTURE, 3)).toEqual([
      ...first,
      hands(1),
      ...later(2),
      hands(2),
      ...later(3),
      answers(3),
    ]);
  });
});

test("the turns of distillation are expert and learner, who answers in the last round", () => {
  expect(schedule(DISTILLATION, 1)).toEqual(["1 expert: – → learner", "1 learner: guidance answers"]);
  expect(schedule(DISTILLATION, 3)).toEqual([
    "1 expert: – → learner",
    "1 learner: guidance → expert",
    "2 expert: feedback → learner",
    "2 learner: guidance → expert",
    "3 expert: feedback → learner",
    "3 learner: guidance answers",
  ]);
});

test("the turns of deliberation are reflector and tool-caller, who answers in the last round", () => {
  expect(schedule(DELIBERATION, 1)).toEqual([
    "1 reflector: – → toolcaller",
    "1 toolcaller: reflection answers",
  ]);
  expect(schedule(DELIBERATION, 2)).toEqual([
    "1 reflector: – → toolcaller",
    "1 toolcaller: reflection → reflector",
    "2 reflector: feedback → toolcaller",
    "2 toolcaller: reflection answers",
  ]);
  expect(schedule(DELIBERATION, 3).slice(3)).toEqual([
    "2 toolcaller: reflection → reflector",
    "3 reflector: feedback → toolcaller",
    "3 toolcaller: reflection answers",
  ]);
});

test("the turns of the sequential style are planner, critic and solver, who answers in the last round", () => {
  expect(schedule(SEQUENTIAL, 1)).toEqual([
    "1 planner: – → critic",
    "1 critic: plan → solver",
    "1 solver: refined answers",
  ]);
  expect(schedule(SEQUENTIAL, 3).slice(2)).toEqual([
    "1 solver: refined → planner",
    "2 planner: feedback → critic",
    "2 critic: plan → solver",
    "2 solver: refined → planner",
    "3 planner: feedback → critic",
    "3 critic: plan → solver",
    "3 solver: refined answers",
  ]);
});

// stored results are keyed by it
test("the sequential style is described, key by key, as it always was", () => {
  expect(JSON.stringify(SEQUENTIAL)).toBe(
    '{"name":"sequential","order":["planner","critic","solver"],"edges":[' +
      '{"from":"planner","to":"critic","slot":"plan","feedback":false},' +
      '{"from":"critic","to":"solver","slot":"refined","feedback":false},' +
      '{"from":"solver","to":"planner","slot":"feedback","feedback":true}],"speaker":"solver"}',
  );
});

describe("systems of the other styles", () => {
  let team: Record<"planner" | "critic" | "solver", Agent>;
  const told = (agent: Agent, ...slots: string[]): Agent =>
    agent.withPrompts({
      opening: "{{ q }} go",
      recurring: `{{ q }} ${slots.map((slot) => `<<${slot}>>`).join(" , ")}`,
    });

  beforeAll(async () => {
    await ready();
    team = tinyAgents({ maxPositions: 128 });
  });
  afterAll(() => disposeAgents({ agents: team }));

  const make: Record<string, () => Promise<RecursiveSystem>> = {
    mixture: () =>
      mixture(
        {
          math: told(team.planner, "feedback"),
          code: told(team.critic, "feedback"),
          science: told(team.solver, "feedback"),
          summarizer: told(team.critic, "mathView", "codeView", "scienceView"),
        },
        { latentSteps: 2 },
      ),
    distillation: () =>
      distillation({ expert: told(team.critic, "feedback"), learner: told(team.solver, "guidance") }),
    deliberation: () =>
      deliberation({
        reflector: told(team.planner, "feedback"),
        toolcaller: told(team.solver, "reflection"),
      }),
  };

  test.each(Object.keys(make))("the %s runs in both media, and only its links are its own", async (name) => {
    const before = tf.memory().numTensors;
    const system = await make[name]!();
    for (const medium of ["latent", "text"] as const) {
      const twin = system.withMedium(medium);
      const batch = prepareBatch(twin, [{ q: "a b ;" }, { q: "c" }]);
      const { byRound, latentSteps } = await answerBatch(twin, batch, { answerAt: [1, 2], maxNewTokens: 3 });
      expect(byRound[1]).toHaveLength(2);
      // every agent in both rounds, but for the speaker in the last
      const thoughts = (2 * system.style.order.length - 1) * system.latentSteps;
      expect(latentSteps).toEqual(medium === "latent" ? [thoughts, thoughts] : [0, 0]);
      releaseBatch(batch);
    }
    const { inner, outer } = system.links;
    expect(Object.keys(inner)).toEqual(system.style.order);
    expect(Object.keys(outer)).toEqual(system.style.edges.map(({ from, to }) => `${from}-${to}`));
    system.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("an agent that is missing, or whose prompt lacks a slot, is refused by its role", async () => {
    const expert = told(team.planner, "feedback");
    await expect(distillation({ expert } as { expert: Agent; learner: Agent })).rejects.toThrow(
      'the distillation style needs an agent "learner"; given were expert',
    );
    await expect(deliberation({ reflector: expert, toolcaller: expert })).rejects.toThrow(
      /toolcaller.*must hold <<reflection>> once/,
    );
  });
});
