import { describe, expect, it } from "vitest";
import { Agent, type AgentPrompts } from "../../kernel-lib/agent/agent";
import { renderPrompt } from "../../kernel-lib/agent/prompt";
import { createTokenizer } from "../../kernel-lib/text/tokenizer";
import { wordTokenizer } from "../../kernel-lib/text/wordTokenizer";
import { tinyAgent } from "./agents";

const WORDS = ["parent", "of", "a", "b", "say", "it", "you", "are", "good"];

/** An agent without a model: prompts need its tokenizer only. */
function agentWith(prompts: AgentPrompts): Agent {
  const { tokenizer, config } = wordTokenizer({ words: WORDS });
  const model = { config: {} as Agent["model"]["config"], weights: {} };
  return new Agent({
    name: "planner",
    model,
    tokenizer: createTokenizer(tokenizer, config),
    stopIds: [3],
    prompts,
  });
}

/** Pieces as words and <slots>. */
const readable = (agent: Agent, question: Record<string, string>, slots: string[]): string[] =>
  renderPrompt(agent, question, slots).map((piece) =>
    piece.kind === "slot" ? `<${piece.name}>` : agent.tokenizer.decode(piece.ids),
  );

describe("a prompt", () => {
  it("has the question's fields in their places", () => {
    const agent = agentWith({ recurring: "parent of {{ child }} {{again}}" });
    expect(readable(agent, { child: "a", again: "b a", unused: "it" }, [])).toEqual(["parent of a b a"]);
  });

  it("is cut at its slots, each text tokenised on its own", () => {
    const agent = agentWith({ recurring: "parent <<plan>> of {{ child }} <<critique>>" });
    expect(readable(agent, { child: "a" }, ["critique", "plan"])).toEqual([
      "parent",
      "<plan>",
      "of a",
      "<critique>",
    ]);
  });

  it("is the opening one while there is nothing to fill, where there is one", () => {
    const agent = agentWith({ opening: "say it", recurring: "parent <<plan>>" });
    expect(readable(agent, {}, [])).toEqual(["say it"]);
    expect(readable(agent, {}, ["plan"])).toEqual(["parent", "<plan>"]);
  });

  it("has the system turn first, through the chat template", () => {
    const agent = agentWith({ system: "you are good", recurring: "say it" });
    expect(readable(agent, {}, [])).toEqual(["you are good say it"]);
  });

  it("goes through the chat template of a real layout, up to where the agent speaks", async () => {
    const agent = await tinyAgent("qwen3", { recurring: "w5 <<plan>> w6" });
    const [before, slot, after] = renderPrompt(agent, {}, ["plan"]);
    const rendered = agent.tokenizer.chatTemplate!.render([{ role: "user", content: "w5 X w6" }]);
    const [left, right] = rendered.split("X");
    expect(before).toEqual({ kind: "ids", ids: agent.tokenizer.encode(left!) });
    expect(slot).toEqual({ kind: "slot", name: "plan" });
    expect(after).toEqual({ kind: "ids", ids: agent.tokenizer.encode(right!) });
  });

  it("says which field it misses, of which agent, and what there is", () => {
    const agent = agentWith({ recurring: "parent of {{ child }}" });
    expect(() => renderPrompt(agent, { forest: "a b", start: "a" }, [])).toThrow(
      'the prompt of agent "planner" asks for {{ child }}, which the question does not have; it has forest, start',
    );
  });

  it("refuses a slot that the template lacks, and one that nobody fills", () => {
    const agent = agentWith({ recurring: "parent <<plan>>" });
    expect(() => renderPrompt(agent, {}, ["plan", "critique"])).toThrow("the slot <<critique>> is missing");
    expect(() => renderPrompt(agent, {}, [])).toThrow(
      'agent "planner": the prompt marks <<plan>>, which is no slot',
    );
  });

  it("takes a question that holds slot marks or template marks as text", () => {
    const agent = agentWith({ recurring: "parent {{ code }} <<plan>> of" });
    const pieces = renderPrompt(agent, { code: "cout<<x>>b <<plan>> {{ child }}" }, ["plan"]);
    const ids = (text: string) => ({ kind: "ids", ids: agent.tokenizer.encode(text) });
    const plan = { kind: "slot", name: "plan" };
    // one unknown word each: cout<<x>>b <<plan>> {{ child }}
    expect(pieces).toEqual([ids("parent ? ? ? ? ?"), plan, ids("of")]);
  });
});
