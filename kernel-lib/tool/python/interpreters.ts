import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import { type Assets, readAssets, shared } from "./assets";
import type { Limits } from "./limits";
import { startWorker } from "./startWorker";
import type { Image } from "./worker/messages";

/** What all interpreters with the same wheels begin with. */
interface Beginning {
  assets: Assets;
  image: Image;
}

// making one takes seconds, so it is made once in a process, whatever the number of tools
const beginnings = new Map<string, Promise<Beginning>>();

/** Interpreters that have started and run nothing yet, some of them always ready. Each is for one program. */
export class Interpreters {
  readonly #spares: Promise<Worker>[] = [];
  #closed = false;

  constructor(
    private readonly wheels: string | undefined,
    private readonly limits: Limits,
    private readonly ready = Math.max(1, Math.min(2, availableParallelism())),
  ) {}

  /** The next interpreter; the caller ends it. */
  async take(): Promise<Worker> {
    this.#closed = false;
    const worker = this.#spares.shift() ?? this.#start();
    this.#fill();
    return worker;
  }

  /** Ends those that are ready. */
  async dispose(): Promise<void> {
    this.#closed = true;
    const ended = this.#spares.splice(0).map(async (spare) => (await spare).terminate());
    await Promise.allSettled(ended);
  }

  #fill(): void {
    while (!this.#closed && this.#spares.length < this.ready) {
      const spare = this.#start();
      // told to whoever takes it
      spare.catch(() => undefined);
      this.#spares.push(spare);
    }
  }

  async #start(): Promise<Worker> {
    const { assets, image } = await beginningOf(this.wheels, this.limits);
    return (await startWorker({ ...assets, ...image, limits: this.limits })).worker;
  }
}

function beginningOf(wheels: string | undefined, limits: Limits): Promise<Beginning> {
  const key = wheels ?? "";
  const made = beginnings.get(key) ?? makeBeginning(wheels, limits);
  beginnings.set(key, made);
  made.catch(() => beginnings.delete(key));
  return made;
}

async function makeBeginning(wheels: string | undefined, limits: Limits): Promise<Beginning> {
  const assets = await readAssets(wheels);
  const { worker, word } = await startWorker({ ...assets, limits });
  await worker.terminate();
  const { snapshot, compiled } = (word as { image: Image }).image;
  return { assets, image: { snapshot: shared(snapshot), compiled: shared(compiled) } };
}
