import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

// the choice is made once per process, so each test takes the module afresh
const fresh = async (wanted: string) => {
  vi.stubEnv("RECURSIVEMAS_BACKEND", wanted);
  return await import("../../kernel-lib/engine/backend.js");
};

beforeEach(() => void vi.resetModules());
afterEach(() => void vi.unstubAllEnvs());

describe("the backend", () => {
  // first, since the package starts listening once per process
  it("leaves nobody listening who would end the process at the next rejection", async () => {
    const events = ["uncaughtException", "unhandledRejection"];
    const before = events.map((event) => process.listenerCount(event));
    const { ready } = await fresh("wasm");
    await ready();
    expect(events.map((event) => process.listenerCount(event))).toEqual(before);
  });

  it.each(["wasm", "cpu"])("is %s when RECURSIVEMAS_BACKEND says so", async (name) => {
    const { ready } = await fresh(name);
    expect(await ready()).toEqual({ name, reason: "named by RECURSIVEMAS_BACKEND" });
    const { tf } = await import("../../kernel-lib/engine/tf.js");
    expect(tf.getBackend()).toBe(name);
    expect(Array.from(await tf.add([1, 2], [3, 4]).data())).toEqual([4, 6]);
  });

  it("is the fastest that loads, with the reason why none faster", async () => {
    const { BACKENDS, ready } = await fresh("");
    const { name, reason } = await ready();
    for (const faster of BACKENDS.slice(0, BACKENDS.indexOf(name))) expect(reason).toContain(`${faster}: `);
    expect(name).not.toBe("cpu");
  });

  it("is chosen once", async () => {
    const { ready } = await fresh("wasm");
    const first = ready();
    vi.stubEnv("RECURSIVEMAS_BACKEND", "cpu");
    expect(ready()).toBe(first);
    expect((await ready()).name).toBe("wasm");
  });

  it("refuses a name that is none, and says which there are", async () => {
    const { ready } = await fresh("webgl");
    await expect(ready()).rejects.toThrow(
      'RECURSIVEMAS_BACKEND is "webgl"; it can be tfjs-node-gpu, tfjs-node, wasm, cpu.',
    );
  });
});
