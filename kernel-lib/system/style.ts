/** A message path: what `from` thinks or says goes into the slot `slot` of `to`. */
export interface Edge {
  from: string;
  to: string;
  /** The marker `<<slot>>` in the prompt of `to`. */
  slot: string;
  /** Whether it arrives in the next round (true) or later in the same one (false). */
  feedback: boolean;
}

/** A collaboration style: who works, in which order, who hears whom, and who answers. Both media follow it. */
export interface Style {
  name: string;
  /** The roles, in the order of their turns within a round. */
  order: readonly string[];
  edges: readonly Edge[];
  /** The role that decodes the answer in the last round. */
  speaker: string;
}

/** The name of an edge, and of the outer link on it. */
export const edgeName = ({ from, to }: Edge): string => `${from}-${to}`;
