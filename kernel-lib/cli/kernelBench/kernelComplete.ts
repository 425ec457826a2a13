import { type Benchmark, sideBySide } from "../../experiment/bench/benchmark";
import { besides } from "./besides";
import type { KernelClient } from "./client";

/** What is typed, with a name that has to be offered: members, and names in scope. */
const OURS = [
  ["task.", "train"],
  ["tra", "trainOuter"],
  ["const best = heat", "heatmap"],
] as const;
const STOCK = [
  ["task.", "train"],
  ["mas.tra", "trainOuter"],
  ["const best = mas.heat", "heatmap"],
] as const;

/** One list of completions while a cell is typed. */
export const kernelComplete: Benchmark = {
  name: "kernel-complete",
  description: "one list of completions, members and names of the library: ours, and stock tslab",
  run: ({ repeat, ...control }) =>
    besides(async (ours, stock) => {
      await ours.execute("const task = findTheRoot({ testSize: 10 });");
      await stock.execute("const task = mas.findTheRoot({ testSize: 10 });");
      const rivals = [contender("recursivemas", ours, OURS), contender("tslab", stock, STOCK)] as const;
      const result = await sideBySide(rivals, { ...control, repeat: repeat * OURS.length });
      return { ...result, config: { ours: OURS, stock: STOCK } };
    }),
};

function contender(label: string, kernel: KernelClient, typed: readonly (readonly [string, string])[]) {
  let turn = 0;
  return {
    label,
    async run() {
      const [code, name] = typed[turn++ % typed.length]!;
      const names = await kernel.complete(code);
      if (!names.includes(name)) throw new Error(`${label} does not offer ${name} after "${code}"`);
    },
  };
}
