import type { Agent, AgentPrompts } from "../agent/agent";
import { shown } from "../engine/check";
import type { Style } from "./style";

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
    if (lacksOpening(style, role, agent.prompts)) {
      throw new Error(
        `the ${role} ("${agent.name}") starts when there are no messages yet, and has no prompt for that. ` +
          'Try agent.withPrompts({ ...agent.prompts, opening: "…" }), a text without slots.',
      );
    }
  }
}

/** Whether an agent starts the first round with nothing but slots for messages that have not come yet. */
export function lacksOpening(
  { edges }: Style,
  role: string,
  { opening }: Pick<AgentPrompts, "opening">,
): boolean {
  const inputs = edges.filter(({ to }) => to === role);
  return opening === undefined && inputs.length > 0 && inputs.every(({ feedback }) => feedback);
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
