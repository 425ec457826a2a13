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
 * The turns of a run, in order. The speaker answers at each round in `answerAt`; it hands nothing on in the last one.
 *
 * @example [...turns(SEQUENTIAL, [2])].map(({ role }) => role)
 * // planner, critic, solver, planner, critic, solver
 */
export function* turns(style: Style, answerAt: readonly number[]): Generator<Turn> {
  const rounds = Math.max(...answerAt);
  for (let round = 1; round <= rounds; round++) {
    for (const role of style.order) {
      yield {
        round,
        role,
        inputs: style.edges.filter(({ to, feedback }) => to === role && (!feedback || round > 1)),
        answers: role === style.speaker && answerAt.includes(round),
        outputs: style.edges.filter(({ from, feedback }) => from === role && (!feedback || round < rounds)),
      };
    }
  }
}
