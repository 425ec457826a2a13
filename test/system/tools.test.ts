import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Agent } from "../../kernel-lib/agent/agent";
import { ready } from "../../kernel-lib/engine/backend";
import { evaluate } from "../../kernel-lib/experiment/evaluate";
import { answerBatch } from "../../kernel-lib/system/answer";
import { prepareBatch, releaseBatch } from "../../kernel-lib/system/prepare";
import { deliberation } from "../../kernel-lib/system/styles/deliberation";
import { sequential } from "../../kernel-lib/system/styles/sequential";
import type { Task } from "../../kernel-lib/task/task";
import type { Tool } from "../../kernel-lib/tool/tool";
import { riggedAgent } from "../experiment/rigged";
import { tensorsLeftBy } from "../support/tensors";
import { disposeAgents } from "../support/tinySystem";

// After b the tool-caller calls a tool with the word a, and says "d" after its result; c it answers itself, with "g".
const WORDS = ["a", "b", "c", "d", "g", "7", "<calc>", "</calc>", "<result>", "</result>"];
const AFTER = { b: "<calc>", "<calc>": "a", a: "</calc>", "</result>": "d", c: "g" };

let agents: { reflector: Agent; toolcaller: Agent };

beforeAll(async () => {
  await ready();
  agents = {
    reflector: riggedAgent("reflector", WORDS, AFTER, {
      opening: "{{ start }}",
      recurring: "{{ start }} <<feedback>>",
    }),
    toolcaller: riggedAgent("toolcaller", WORDS, AFTER, { recurring: "<<reflection>> {{ start }}" }),
  };
});
afterAll(() => disposeAgents({ agents }));

/** A tool that answers "7" to everything, and what it was asked. */
function calculator(): { tool: Tool; asked: string[]; disposed: () => boolean } {
  const asked: string[] = [];
  let disposed = false;
  const tool: Tool = {
    name: "calc",
    description: "says 7",
    run: async (input) => {
      asked.push(input.trim());
      return { text: "7", failed: false };
    },
    dispose: async () => {
      disposed = true;
    },
  };
  return { tool, asked, disposed: () => disposed };
}

const QUESTIONS = [{ start: "b" }, { start: "c" }];

describe.each(["latent", "text"] as const)("a speaker with tools, by %s,", (medium) => {
  test("calls them where it answers and nowhere else, and is graded on what it says last", async () => {
    const { tool, asked } = calculator();
    const system = await deliberation(agents, { medium, tools: [tool] });
    const batch = prepareBatch(system, QUESTIONS);
    const said: string[] = [];
    const left = await tensorsLeftBy(async () => {
      const { byRound, answerTokens } = await answerBatch(system, batch, {
        answerAt: [2],
        maxNewTokens: 8,
        observe: (report) => {
          for (const { text, calls } of report.said ?? []) said.push(text, ...(calls ? ["calls"] : []));
        },
      });
      const [called, alone] = byRound[2]!;
      expect(called).toMatchObject({
        text: "d",
        tokens: 5,
        whole: expect.stringMatching(/^<calc> a <\/calc> <result> 7 <\/result> ?d$/),
        calls: [{ tool: "calc", output: "7", failed: false }],
      });
      expect(alone).toEqual({ text: "g", tokens: 2 });
      expect(answerTokens).toEqual([5, 2]);
    });
    expect(asked).toEqual(["a"]);
    expect(left).toBe(0);
    // a message is what it is, tags and all
    if (medium === "text") expect(said).toContain("<calc> a </calc>");
    expect(said).not.toContain("calls");
    releaseBatch(batch);
    system.dispose();
  });

  test("is evaluated with its calls counted", async () => {
    const { tool, asked } = calculator();
    const system = await deliberation(agents, { medium, tools: [tool] });
    const examples = QUESTIONS.map((question, i) => ({
      id: `${i}`,
      question,
      answer: i === 0 ? "d" : "x",
      messages: [],
    }));
    const task: Task = {
      name: "rigged",
      train: [],
      test: examples,
      maxNewTokens: 8,
      grade: (text, { answer }) => text === answer,
    };
    const result = await evaluate(system, task, { rounds: 2, onProgress: null });
    expect(result.answers.map(({ text, correct, calls }) => [text, correct, calls])).toEqual([
      ["d", true, 1],
      ["g", false, 0],
    ]);
    expect(result.toRow()).toMatchObject({ toolCalls: 0.5, accuracy: 0.5 });
    expect(String(result)).toContain("0.5 tool calls");
    expect(asked).toEqual(["a"]);
    system.dispose();
  });
});

test("tools are shared by twins and clones, and outlive the system", async () => {
  const { tool, disposed } = calculator();
  const system = await deliberation(agents, { tools: [tool] });
  const clone = system.clone();
  expect([system.withMedium("text").tools, clone.tools]).toEqual([[tool], [tool]]);
  clone.dispose();
  system.dispose();
  expect(disposed()).toBe(false);
});

test("a tool-caller has Python and search if nothing is said, and other styles have nothing", async () => {
  const system = await deliberation(agents);
  expect(system.tools.map(({ name }) => name)).toEqual(["python", "search"]);
  expect(String(system)).toContain("\n  tools of the toolcaller: python, search\n");
  const again = await deliberation(agents, { tools: [] });
  expect(again.tools).toEqual([]);
  const one = agents.reflector.withPrompts({ opening: "a", recurring: "<<feedback>>" });
  const { toolcaller } = agents;
  const plain = await sequential({
    planner: one,
    critic: toolcaller.withPrompts({ recurring: "<<plan>>" }),
    solver: toolcaller.withPrompts({ recurring: "<<refined>>" }),
  });
  expect(plain.tools).toEqual([]);
  for (const made of [system, again, plain]) made.dispose();
  for (const made of system.tools) await made.dispose?.();
});

test.each<[unknown, RegExp]>([
  ["python", /tools is "python"; it must be a list\. Try /],
  [[calculator().tool, calculator().tool], /two tools have the name "calc"\. Try /],
])("tools %j are refused", async (tools, message) => {
  await expect(deliberation(agents, { tools: tools as Tool[] })).rejects.toThrow(message);
});
