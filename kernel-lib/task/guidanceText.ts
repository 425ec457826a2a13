/** What the expert says: its next three stops, and where it arrives. `path[0]` is where it stands. */
export const guideText = (path: readonly string[]): string =>
  `${path[1]} ${path[2]} ${path[3]} , go ${path[3]}`;

/** What the learner says: the one stop that it finds by itself. */
export const learnText = (path: readonly string[]): string =>
  `${path[1]} ${path[1]} ${path[1]} , go ${path[1]}`;

/** Hops of an expert's turn. */
export const GUIDE_HOPS = 3;
