import type { FirstWord, Image, WorkerData } from "./messages";
import type { Host, Load, Realm } from "./realm";

/**
 * What a worker thread does: it starts an interpreter in a bare context, strips itself of Node, and runs one program.
 * Runs as text: it may name nothing outside of itself.
 */
export function confine(require: NodeJS.Require, scrub: (require: NodeJS.Require) => void): void {
  const vm = require("node:vm") as typeof import("node:vm");
  const { randomBytes } = require("node:crypto") as typeof import("node:crypto");
  const threads = require("node:worker_threads") as typeof import("node:worker_threads");
  const { sources, compiled, ...data } = threads.workerData as WorkerData;
  const port = threads.parentPort!;
  const post = port.postMessage.bind(port);
  const say = (word: FirstWord): void => post(word);
  const clock = performance;
  const [encoder, decoders] = [
    new TextEncoder(),
    new Map<string | undefined, InstanceType<typeof TextDecoder>>(),
  ];
  const decoder = (encoding: string | undefined): InstanceType<typeof TextDecoder> => {
    const made = decoders.get(encoding) ?? new TextDecoder(encoding);
    decoders.set(encoding, made);
    return made;
  };
  const host: Host = {
    ...data,
    prepare: sources.prepare,
    lock: sources.lock,
    // what is shared is not decoded as it is
    decode: (bytes, encoding) =>
      decoder(encoding).decode(bytes.buffer instanceof ArrayBuffer ? bytes : Uint8Array.from(bytes)),
    encode: (text) => encoder.encode(text),
    randomBytes: (count) => randomBytes(count).toString("base64"),
    now: () => clock.now(),
  };

  const begin = async (): Promise<void> => {
    const context = vm.createContext(Object.create(null), { codeGeneration: { strings: false, wasm: true } });
    const cachedData = compiled && new Uint8Array(compiled);
    const machine = new vm.Script(sources.machine, {
      filename: "machine",
      ...(cachedData && { cachedData }),
    });
    const run = (source: string, filename: string): unknown =>
      new vm.Script(source, { filename }).runInContext(context);
    const realm = (run(sources.realm, "realm") as (host: Host) => Realm)(host);
    const snapshot = await realm.start(run(sources.loader, "loader") as Load, machine.runInContext(context));
    if (snapshot) {
      const image: Image = { snapshot, compiled: machine.createCachedData() };
      say({ image });
      return;
    }
    port.once("message", (code: string) => post(realm.run(String(code))));
    scrub(require);
    say({ ready: true });
  };
  begin().catch((error: Error) => say({ broken: String(error?.message ?? error).slice(0, 300) }));
}
