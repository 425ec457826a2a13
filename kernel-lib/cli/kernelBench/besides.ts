import { KernelClient } from "./client";
import { IMPORT, openRivals } from "./rivals";

/** Gives `work` both kernels, started and with the library in scope, and ends them afterwards. */
export async function besides<T>(work: (ours: KernelClient, stock: KernelClient) => Promise<T>): Promise<T> {
  const rivals = await openRivals();
  const kernels: KernelClient[] = [];
  const start = async (command: typeof rivals.ours, code: string): Promise<KernelClient> => {
    const kernel = await KernelClient.spawn(command);
    kernels.push(kernel);
    await kernel.execute(code);
    return kernel;
  };
  try {
    const ours = await start(rivals.ours, "typeof loadAgents");
    const stock = await start(rivals.stock, IMPORT);
    return await work(ours, stock);
  } finally {
    await Promise.all(kernels.map((kernel) => kernel.close()));
    await rivals.close();
  }
}
