import type { Edge, Style } from "./style";

/** One agent's turn in one round. */
export interface Turn {
  /** From 1. */
  round: number;
  role: string;
  /** The edges whose slots are filled when the agent reads; none for an agent that starts. */
  inputs: readonly Edge[];
  /** Decodes its answer in this turn. */
  answers: boolean;
  /** Hands its thoughts on in this turn. */
  outputs: readonly Edge[];
}

/**
 * Whether an agent's opening prompt is ever read, where it has one: by those that hear an earlier round, and so not all
 * in the first, and by those that hear nobody.
 */
export function readsOpening({ edges }: Pick<Style, "edges">, role: string): boolean {
  const inputs = edges.filter(({ to }) => to === role);
  return inputs.length === 0 || inputs.some(({ feedback }) => feedback);
}

/** Whether an agent that has use for an opening prompt reads it in a turn. */
export const opens = ({ round, inputs }: Pick<Turn, "round" | "inputs">): boolean =>
  round === 1 || inputs.length === 0;

/**
 * The turns of a run, in order. The speaker answers at each round in `answerAt`. A turn that no answer depends on is
 * left out, and so is a message that nobody reads in time: in the last round the speaker hands nothing on.
 *
 * @example [...turns(SEQUENTIAL, [2])].map(({ role }) => role)
 * // planner, critic, solver, planner, critic, solver
 */
export function* turns(style: Style, answerAt: readonly number[]): Generator<Turn> {
  const { order, edges, speaker } = style;
  const counts = turnsThatCount(style, answerAt);
  for (let round = 1; round <= Math.max(...answerAt); round++) {
    for (const role of order) {
      if (!counts.has(place(round, role))) continue;
      yield {
        round,
        role,
        inputs: inputsOf(edges, role, round),
        answers: role === speaker && answerAt.includes(round),
        outputs: edges.filter(
          (edge) => edge.from === role && counts.has(place(arrival(edge, round), edge.to)),
        ),
      };
    }
  }
}

/** The round in which a message is read that leaves in `round`. */
export const arrival = ({ feedback }: Edge, round: number): number => (feedback ? round + 1 : round);

const place = (round: number, role: string): string => `${round} ${role}`;

const inputsOf = (edges: readonly Edge[], role: string, round: number): Edge[] =>
  edges.filter(({ to, feedback }) => to === role && (!feedback || round > 1));

/** Goes back from the answers over what was read, turn by turn. */
function turnsThatCount({ edges, speaker }: Style, answerAt: readonly number[]): Set<string> {
  const seen = new Set<string>();
  const open = answerAt.map((round) => ({ round, role: speaker }));
  for (let turn = open.pop(); turn !== undefined; turn = open.pop()) {
    const { round, role } = turn;
    if (seen.has(place(round, role))) continue;
    seen.add(place(round, role));
    for (const { from, feedback } of inputsOf(edges, role, round)) {
      open.push({ round: feedback ? round - 1 : round, role: from });
    }
  }
  return seen;
}
