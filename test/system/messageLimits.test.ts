import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Agent } from "../../kernel-lib/agent/agent";
import { ready } from "../../kernel-lib/engine/backend";
import { answerBatch } from "../../kernel-lib/system/answer";
import type { MessageLimits } from "../../kernel-lib/system/messageLimits";
import { cutTo, tightest } from "../../kernel-lib/system/messageLimits";
import { prepareBatch, releaseBatch } from "../../kernel-lib/system/prepare";
import { sequential } from "../../kernel-lib/system/styles/sequential";
import type { SystemOptions } from "../../kernel-lib/system/system";
import { riggedAgent } from "../experiment/rigged";
import { disposeAgents, type Role, tinyAgents } from "../support/tinySystem";

/** Agents that say "g" for ever. */
let endless: Record<Role, Agent>;
let agents: Record<Role, Agent>;

beforeAll(async () => {
  await ready();
  const words = ["a", "g"];
  const hears = (slot: string): Agent =>
    riggedAgent(slot, words, { a: "g", g: "g" }, { recurring: `<<${slot}>>` });
  const planner = hears("feedback").withPrompts({ opening: "a", recurring: "<<feedback>>" });
  endless = { planner, critic: hears("plan"), solver: hears("refined") };
  agents = tinyAgents();
});
afterAll(() => {
  disposeAgents({ agents: endless });
  disposeAgents({ agents });
});

/** What each agent says in one round and a half: text and tokens. */
async function said(options: SystemOptions): Promise<Record<string, [string, number]>> {
  const system = await sequential(endless, { medium: "text", maxMessageTokens: 6, ...options });
  const batch = prepareBatch(system, [{}]);
  const messages: Record<string, [string, number]> = {};
  const { byRound } = await answerBatch(system, batch, {
    answerAt: [2],
    maxNewTokens: 5,
    observe: ({ turn, said }) => {
      for (const { text, tokens } of said ?? []) messages[`${turn.round} ${turn.role}`] = [text, tokens];
    },
  });
  messages.answer = [byRound[2]![0]!.text, byRound[2]![0]!.tokens];
  releaseBatch(batch);
  system.dispose();
  return messages;
}

const SIX: [string, number] = ["g g g g g g", 6];
const FIVE: [string, number] = ["g g g g g", 5];

describe("what agents say that never end", () => {
  test("stops at maxMessageTokens only, where no limit is given", async () => {
    expect(await said({})).toEqual({
      "1 planner": SIX,
      "1 critic": SIX,
      "1 solver": SIX,
      "2 planner": SIX,
      "2 critic": SIX,
      answer: FIVE,
    });
  });

  test("stops after the tokens and is cut to the characters of its role, in every round; answers are whole", async () => {
    const messageLimits = {
      planner: { tokens: 2 },
      critic: { characters: 4 },
      solver: { tokens: 4, characters: 1 },
    };
    expect(await said({ messageLimits })).toEqual({
      "1 planner": ["g g", 2],
      "1 critic": ["g g ", 6],
      "1 solver": ["g", 4],
      "2 planner": ["g g", 2],
      "2 critic": ["g g ", 6],
      answer: FIVE,
    });
  });

  test("is not longer than maxMessageTokens for a limit that is", async () => {
    const { "1 planner": planner } = await said({
      messageLimits: { planner: { tokens: 99, characters: 99 } },
    });
    expect(planner).toEqual(SIX);
  });
});

test("characters are whole ones, not halves of two code units", () => {
  expect(cutTo("a𝛼𝛽", 2)).toBe("a𝛼");
  expect(cutTo("a𝛼𝛽", undefined)).toBe("a𝛼𝛽");
});

test("of two sets of limits the tighter holds, part by part", () => {
  const a: MessageLimits = { planner: { tokens: 5, characters: 9 }, critic: { tokens: 1 } };
  const b: MessageLimits = { planner: { tokens: 7, characters: 3 }, solver: { characters: 2 } };
  const both = { planner: { tokens: 5, characters: 3 }, critic: { tokens: 1 }, solver: { characters: 2 } };
  expect(tightest(a, b)).toEqual(both);
  expect(tightest(b, a)).toEqual(both);
});

test.each<[unknown, RegExp]>([
  [
    { plannr: { tokens: 2 } },
    /names the role "plannr", and the sequential style has planner, critic, solver\. Try "planner"\.$/,
  ],
  [
    { planner: { token: 2 } },
    /the limit of the planner has "token"; it can have tokens and characters\. Try tokens: 200\.$/,
  ],
  [
    { planner: { tokens: 0 } },
    /tokens in the limit of the planner is 0; it must be a whole number.*Try tokens: 200\.$/,
  ],
  [
    { planner: 200 },
    /the limit of the planner was given 200; its options are an object\. Try \{ tokens: 200 \}\.$/,
  ],
  [200, /messageLimits was given 200; .*Try messageLimits: \{ "planner": \{ tokens: 200 \} \}\.$/],
])("messageLimits %j is refused", async (messageLimits, message) => {
  await expect(sequential(agents, { messageLimits: messageLimits as MessageLimits })).rejects.toThrow(
    message,
  );
});
