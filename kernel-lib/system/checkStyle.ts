import { type Edge, edgeName, type Style } from "./style";

/**
 * Throws unless a style can be run: its roles are distinct, its edges join them in the order of their turns, every
 * agent is heard, and the rounds hang together.
 */
export function checkStyle(style: Style): void {
  const { order, speaker } = style;
  if (order.length === 0) fail(style, "it has no roles. Try naming at least one in its order");
  const twice = order.find((role, i) => order.indexOf(role) !== i);
  if (twice) fail(style, `"${twice}" has two turns in its order. Try one turn per role`);
  if (!order.includes(speaker)) {
    fail(style, `its speaker "${speaker}" is not in its order (${order.join(", ")}). Try one of these`);
  }
  for (const [i, edge] of style.edges.entries()) checkEdge(style, edge, style.edges.slice(0, i));
  for (const role of order) checkInputs(style, role);
  if (order.length > 1) checkLoop(style);
}

function checkEdge(style: Style, edge: Edge, before: readonly Edge[]): void {
  const { order } = style;
  const name = edgeName(edge);
  for (const role of [edge.from, edge.to]) {
    if (order.includes(role)) continue;
    fail(style, `its edge ${name} names "${role}"; its roles are ${order.join(", ")}. Try one of these`);
  }
  if (before.some((other) => edgeName(other) === name)) {
    fail(style, `it has two edges ${name}. Try one: thoughts of one agent reach another through one link`);
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

// In the first round there is no feedback yet: a prompt could not leave one slot empty and fill another.
function checkInputs(style: Style, role: string): void {
  const inputs = style.edges.filter(({ to }) => to === role);
  const back = inputs.find(({ feedback }) => feedback);
  const forward = inputs.find(({ feedback }) => !feedback);
  if (!back || !forward) return;
  fail(
    style,
    `"${role}" hears ${forward.from} in the same round and ${back.from} from the last one, and in the first round ` +
      `there is no last one. Try sending the feedback to an agent that starts`,
  );
}

function checkLoop(style: Style): void {
  const { order, edges, speaker } = style;
  const heard = closure([speaker], (role) => edges.filter(({ to }) => to === role).map(({ from }) => from));
  const lost = order.find((role) => role !== speaker && !heard.has(role));
  if (lost) {
    fail(style, `nothing that "${lost}" thinks reaches the speaker "${speaker}". Try an edge from it`);
  }
  if (!heard.has(speaker)) {
    fail(
      style,
      `its loop is not closed: nothing leads from the speaker "${speaker}" back to it. ` +
        `Try a feedback edge from "${speaker}" to "${order[0]}"`,
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
