import { shown } from "../engine/check";
import { nearest } from "../engine/nearest";
import { type Edge, edgeName, type Style } from "./style";

/**
 * Throws unless a style can be run: its roles are distinct, its edges join them in the order of their turns, one agent
 * decides, all are heard by it, and all hear somebody, so that there is a loop.
 */
export function checkStyle(style: Style): void {
  checkParts(style);
  const { order, edges, speaker } = style;
  if (order.length === 0) fail(style, "it has no roles. Try naming at least one in its order");
  const twice = order.find((role, i) => order.indexOf(role) !== i);
  if (twice) fail(style, `"${twice}" has two turns in its order. Try one turn per role`);
  if (typeof speaker !== "string") {
    fail(
      style,
      `its speaker is ${shown(speaker)}, and one agent alone decides. Try speaker: ${shown(order.at(-1))}`,
    );
  }
  if (!order.includes(speaker)) {
    fail(style, `its speaker "${speaker}" is not in its order (${order.join(", ")}). Try one of these`);
  }
  for (const [i, edge] of edges.entries()) checkEdge(style, edge, edges.slice(0, i));
  if (order.length > 1) checkLoop(style);
}

/** What the types say, for those who write JavaScript. */
function checkParts(style: unknown): void {
  const { order, edges } = (style ?? {}) as Partial<Style>;
  if (Array.isArray(order) && Array.isArray(edges)) return;
  throw new TypeError(
    `the style is ${shown(style)}, which lacks the lists of its roles and edges. ` +
      'Try { name: "mine", order: ["a", "b"], edges: [{ from: "a", to: "b", slot: "a", feedback: false }, …], speaker: "b" }.',
  );
}

function checkEdge(style: Style, edge: Edge, before: readonly Edge[]): void {
  const { order } = style;
  const name = edgeName(edge);
  for (const role of [edge.from, edge.to]) {
    if (order.includes(role)) continue;
    fail(
      style,
      `its edge ${name} names "${role}"; its roles are ${order.join(", ")}. Try "${nearest(role, order)}"`,
    );
  }
  const namesake = before.find((other) => edgeName(other) === name);
  if (namesake) {
    const same = namesake.from === edge.from;
    const attempt = same
      ? "Try one: thoughts of one agent reach another through one link"
      : "Try roles without a dash in their names";
    fail(style, `it has two edges ${name}. ${attempt}`);
  }
  const rival = before.find(({ to, slot }) => to === edge.to && slot === edge.slot);
  if (rival) {
    fail(style, `${edgeName(rival)} and ${name} fill the same slot "${edge.slot}". Try a slot for each`);
  }
  if (!edge.feedback && order.indexOf(edge.from) >= order.indexOf(edge.to)) {
    fail(
      style,
      `its edge ${name} arrives in the same round, but "${edge.to}" has its turn before. ` +
        "Try feedback: true, or another order",
    );
  }
}

function checkLoop(style: Style): void {
  const { order, edges, speaker } = style;
  const sources = (role: string): string[] => edges.filter(({ to }) => to === role).map(({ from }) => from);
  const heard = closure([speaker], sources);
  const lost = order.find((role) => role !== speaker && !heard.has(role));
  if (lost) {
    fail(style, `nothing that "${lost}" thinks reaches the speaker "${speaker}". Try an edge from it`);
  }
  if (!order.some((role) => closure([role], sources).has(role))) {
    fail(
      style,
      `its loop is not closed: nothing leads from the speaker "${speaker}" back to it. ` +
        `Try a feedback edge from "${speaker}" to "${order[0]}"`,
    );
  }
  const deaf = order.find((role) => sources(role).length === 0);
  if (deaf) {
    fail(
      style,
      `"${deaf}" hears nobody, and would say the same in every round. ` +
        `Try a feedback edge from "${speaker}" to "${deaf}"`,
    );
  }
}

/** Everything that one or more steps lead to. */
function closure(starts: readonly string[], next: (role: string) => readonly string[]): Set<string> {
  const seen = new Set<string>();
  const open = [...starts];
  for (let role = open.pop(); role !== undefined; role = open.pop()) {
    for (const found of next(role)) {
      if (seen.has(found)) continue;
      seen.add(found);
      open.push(found);
    }
  }
  return seen;
}

function fail({ name }: Style, problem: string): never {
  throw new Error(`the style "${name}" cannot be run: ${problem}.`);
}
