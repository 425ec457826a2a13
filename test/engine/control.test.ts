import { afterEach, describe, expect, it } from "vitest";
import { type KernelBridge, setKernelBridge } from "../../kernel-lib/engine/bridge";
import { AbortedError, breathe, signalOf } from "../../kernel-lib/engine/control";

afterEach(() => setKernelBridge(undefined));

const cellWith = (signal: AbortSignal): KernelBridge => ({ display: () => undefined, signal });

describe("breathing", () => {
  it("goes on without a signal, and with one that has not fired", async () => {
    await expect(breathe(undefined)).resolves.toBeUndefined();
    await expect(breathe(new AbortController().signal)).resolves.toBeUndefined();
  });

  it("throws an AbortedError with what was finished once the signal has fired", async () => {
    const controller = new AbortController();
    controller.abort();
    const error: unknown = await breathe(controller.signal, { done: 7 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({ name: "AbortedError", partial: { done: 7 } });
  });

  it("notices a signal that fires in a timer while a loop runs", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 5);
    const loop = async (): Promise<void> => {
      for (;;) await breathe(controller.signal);
    };
    await expect(loop()).rejects.toBeInstanceOf(AbortedError);
  });
});

describe("the signal of a loop", () => {
  it("is the one given", () => {
    const { signal } = new AbortController();
    setKernelBridge(cellWith(new AbortController().signal));
    expect(signalOf({ signal })).toBe(signal);
  });

  it("is that of the running cell when none is given", () => {
    const { signal } = new AbortController();
    setKernelBridge(cellWith(signal));
    expect(signalOf({})).toBe(signal);
  });

  it("is none outside a notebook", () => {
    expect(signalOf({})).toBeUndefined();
  });
});
