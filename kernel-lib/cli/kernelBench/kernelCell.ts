import { type Benchmark, sideBySide } from "../../experiment/bench/benchmark";
import { besides } from "./besides";

/** Small things that people type; each is a cell. */
const CELLS = [
  "1 + 1",
  "const x = 3;\nx * 2",
  'console.log("hello");',
  "[1, 2, 3].map((n) => n * n)",
  "function twice(n: number) { return 2 * n; }\ntwice(21)",
  "await Promise.resolve(7)",
];

/** One small cell, of which the library is not a part but among whose names it is. */
export const kernelCell: Benchmark = {
  name: "kernel-cell",
  description: `a small cell with the library in scope (${CELLS.length} kinds, in turn): ours, and stock tslab`,
  run: ({ repeat, ...control }) =>
    besides(async (ours, stock) => {
      const contender = (label: string, execute: (code: string) => Promise<void>) => {
        let turn = 0;
        return { label, run: () => execute(CELLS[turn++ % CELLS.length]!) };
      };
      const rivals = [
        contender("recursivemas", (code) => ours.execute(code)),
        contender("tslab", (code) => stock.execute(code)),
      ] as const;
      const result = await sideBySide(rivals, { ...control, repeat: repeat * CELLS.length });
      return { ...result, config: { cells: CELLS } };
    }),
};
