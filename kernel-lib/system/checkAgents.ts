import type { Agent, AgentPrompts } from "../agent/agent";
import { shown } from "../engine/check";
import { splitAtSlots } from "../text/segments";
import type { Style } from "./style";
import { readsOpening } from "./turns";

/** Throws unless there is an agent for every role, and its prompts have a place for all that it hears. */
export function checkAgents(style: Style, agents: Readonly<Record<string, Agent>>): void {
  const { name, order, edges } = style;
  if (typeof agents !== "object" || agents === null) {
    throw new TypeError(
      `the agents of the ${name} style are ${shown(agents)}; they must be agents by role. ` +
        `Try { ${order.join(", ")} } as loadAgents() gives them.`,
    );
  }
  for (const role of order) {
    if (role.includes("."))
      throw new Error(
        `the role "${role}" holds a dot, which names of links cannot. Try "${role.replaceAll(".", "-")}".`,
      );
    const agent = agents[role];
    if (!agent) throw missing(style, role, agents);
    checkAgent(role, agent);
    for (const { slot, from } of edges.filter(({ to }) => to === role)) {
      if (agent.prompts.recurring.split(`<<${slot}>>`).length === 2) continue;
      throw new Error(
        `the prompt of the ${role} ("${agent.name}") must hold <<${slot}>> once, where what the ${from} says goes. ` +
          `Try agent.withPrompts({ recurring: "… <<${slot}>>" }).`,
      );
    }
    checkSlots(style, role, agent);
  }
}

/** Whether an agent has nothing to read in the first round but slots for messages that have not come yet. */
export function lacksOpening(
  { edges }: Style,
  role: string,
  { opening }: Pick<AgentPrompts, "opening">,
): boolean {
  return opening === undefined && edges.some(({ to, feedback }) => to === role && feedback);
}

/** The slots that an agent's opening prompt holds: those of messages of the same round, if it is read at all. */
export function openingSlots(style: Pick<Style, "edges">, role: string): string[] {
  const inputs = style.edges.filter(({ to }) => to === role);
  return readsOpening(style, role) ? inputs.filter(({ feedback }) => !feedback).map(({ slot }) => slot) : [];
}

function checkSlots(style: Style, role: string, { name, prompts }: Agent): void {
  const inputs = style.edges.filter(({ to }) => to === role);
  const first = openingSlots(style, role);
  if (lacksOpening(style, role, prompts)) throw noOpening(role, name, first);
  const check = (which: string, text: string, slots: readonly string[]): void => {
    try {
      splitAtSlots(text, slots);
    } catch (error) {
      throw new Error(
        `the ${which} of the ${role} ("${name}") cannot be filled: ${(error as Error).message}`,
      );
    }
  };
  if (prompts.opening !== undefined && readsOpening(style, role)) {
    check("opening prompt", prompts.opening, first);
  }
  if (inputs.length > 0) {
    check(
      "prompt",
      prompts.recurring,
      inputs.map(({ slot }) => slot),
    );
  }
}

function noOpening(role: string, name: string, slots: readonly string[]): Error {
  if (slots.length === 0) {
    return new Error(
      `the ${role} ("${name}") starts when there are no messages yet, and has no prompt for that. ` +
        'Try agent.withPrompts({ ...agent.prompts, opening: "…" }), a text without slots.',
    );
  }
  const marked = slots.map((slot) => `<<${slot}>>`);
  return new Error(
    `the ${role} ("${name}") hears of the round before, and has no prompt for the first round, when only ` +
      `${marked.join(" and ")} can be filled. ` +
      `Try agent.withPrompts({ ...agent.prompts, opening: "… ${marked.join(" … ")}" }).`,
  );
}

function missing({ name, order }: Style, role: string, agents: object): Error {
  if (agents instanceof Promise) {
    return new TypeError(
      `the agents of the ${name} style are a promise. Try { ${order.join(", ")} } = await loadAgents(…).`,
    );
  }
  return new Error(
    `the ${name} style needs an agent "${role}"; given were ${Object.keys(agents).join(", ") || "none"}. ` +
      `Try { ${order.join(", ")} } as loadAgents() gives them.`,
  );
}

function checkAgent(role: string, agent: unknown): void {
  if (typeof agent === "object" && agent !== null && "model" in agent && "prompts" in agent) return;
  throw new TypeError(
    agent instanceof Promise
      ? `the ${role} is a promise of an agent. Try await loadAgent(…).`
      : `the ${role} is ${shown(agent)}, which is no agent. Try one that loadAgent() or loadAgents() gives.`,
  );
}
