import { loadAgent } from "../../agent/loadAgents";
import { read } from "../../agent/read";
import { speak } from "../../agent/speak";
import { think } from "../../agent/think";
import { ready } from "../../engine/backend";
import { random } from "../../engine/random";
import { tf } from "../../engine/tf";
import { createInnerLink } from "../../link/innerLink";
import { releaseCache } from "../../model/cache";
import { parameterCount } from "../../model/parameters";
import type { Forward, Model } from "../../model/transformer";

/** How much is asked of the model. */
export interface Workload {
  promptTokens: number;
  newTokens: number;
  latentSteps: number;
}

/** What one process measured. Bytes of memory are peaks of what the whole process had resident, so far. */
export interface Measurement {
  backend: string;
  parameters: number;
  loadSeconds: number;
  promptSeconds: number;
  tokensPerSecond: number;
  latentStepsPerSecond: number;
  /** Before the model: Node, TensorFlow and the library. */
  bytesBefore: number;
  bytesLoaded: number;
  bytesPeak: number;
}

/** Loads the model of a folder in this process, which should be a fresh one, and puts it to work. */
export async function measure(
  folder: string,
  { promptTokens, newTokens, latentSteps }: Workload,
): Promise<Measurement> {
  const { name: backend } = await ready();
  const bytesBefore = peakBytes();
  const [agent, loadSeconds] = await timed(() => loadAgent(folder, { prompts: { recurring: "" } }));
  const bytesLoaded = peakBytes();
  const { model } = agent;
  const stream = random("full-size prompt");
  const ids = [Array.from({ length: promptTokens }, () => stream.integer(256))];
  (await begin(model, ids)).free(); // the first call prepares what later ones reuse
  const [start, promptSeconds] = await timed(() => begin(model, ids));
  const { forward } = start;
  const [, speaking] = await timed(() => speak(model, forward, { stop: [], maxNewTokens: newTokens }));
  const link = createInnerLink(agent.hiddenSize, stream);
  const [, thinking] = await timed(async () => {
    // the first thought is what was read last, hence one more
    const thoughts = tf.tidy(() => think(model, link, forward, { latentSteps: latentSteps + 1 }));
    await thoughts.data();
    thoughts.dispose();
  });
  start.free();
  tf.dispose(link);
  const parameters = parameterCount(model.config);
  agent.dispose();
  return {
    backend,
    parameters,
    loadSeconds,
    promptSeconds,
    tokensPerSecond: newTokens / speaking,
    latentStepsPerSecond: latentSteps / thinking,
    bytesBefore,
    bytesLoaded,
    bytesPeak: peakBytes(),
  };
}

async function begin(model: Model, ids: number[][]): Promise<{ forward: Forward; free(): void }> {
  let mask: Forward["cache"]["mask"] = [];
  const { hidden, layers } = tf.tidy(() => {
    const result = read(model, [{ ids }]);
    mask = result.cache.mask;
    return { hidden: result.hidden, layers: result.cache.layers.map((layer) => ({ ...layer })) };
  });
  await hidden.data(); // a backend may queue its work
  const cache = { layers, mask };
  return {
    forward: { hidden, cache },
    free: () => {
      hidden.dispose();
      releaseCache(cache);
    },
  };
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const began = performance.now();
  const result = await work();
  return [result, (performance.now() - began) / 1000];
}

// Node gives kibibytes, whatever the system counts in
const peakBytes = (): number => 1024 * process.resourceUsage().maxRSS;

/** `node measure.js <folder> <workload as JSON>`; the last line of what it prints is the measurement, as JSON. */
async function main(): Promise<void> {
  const [folder, workload] = process.argv.slice(2) as [string, string];
  console.log(JSON.stringify(await measure(folder, JSON.parse(workload) as Workload)));
}

if (require.main === module) {
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
