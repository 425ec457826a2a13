import { setTimeout as delay } from "node:timers/promises";
import { type Benchmark, sideBySide } from "../../experiment/bench/benchmark";
import { KernelClient, type KernelCommand } from "./client";
import { IMPORT, openRivals } from "./rivals";

const OURS = "typeof loadAgents";
const STOCK = `${IMPORT}\ntypeof mas.loadAgents`;

const SETTLED_MS = 3000;

/** From the start of the process to the end of a first cell that uses the library. */
export const kernelStart: Benchmark = {
  name: "kernel-start",
  description: "a fresh kernel up to the result of its first cell with the library: ours, and stock tslab",
  async run(options) {
    const { ours, stock, close } = await openRivals();
    const contender = (label: string, command: KernelCommand, code: string) => {
      let kernel: KernelClient | undefined;
      return {
        label,
        async run() {
          kernel = await KernelClient.spawn(command);
          try {
            await kernel.execute(code);
          } catch (error) {
            await kernel.close();
            throw error;
          }
        },
        after: async () => kernel?.close(),
      };
    };
    try {
      const rivals = [contender("recursivemas", ours, OURS), contender("tslab", stock, STOCK)] as const;
      for (const rival of rivals) {
        await rival.run();
        // the first start after an installation keeps compiled code for all later ones
        await delay(SETTLED_MS);
        await rival.after();
      }
      return { ...(await sideBySide(rivals, options)), config: { ours: OURS, stock: STOCK } };
    } finally {
      await close();
    }
  },
};
