import { afterEach, describe, expect, it } from "vitest";
import {
  DISPLAY,
  type KernelBridge,
  kernelBridge,
  METADATA,
  setKernelBridge,
} from "../../kernel-lib/engine/bridge";

afterEach(() => setKernelBridge(undefined));

describe("the bridge to the kernel", () => {
  it("is found by a name that another copy of the library shares", () => {
    const bridge: KernelBridge = { display: () => undefined, signal: new AbortController().signal };
    expect(kernelBridge()).toBeUndefined();
    Object.assign(globalThis, { [Symbol.for("recursivemas.kernel")]: bridge });
    expect(kernelBridge()).toBe(bridge);
  });

  it("is gone when the kernel takes it away", () => {
    setKernelBridge({ display: () => undefined, signal: new AbortController().signal });
    setKernelBridge(undefined);
    expect(kernelBridge()).toBeUndefined();
  });

  it("names the method by which Deno's kernel shows values too", () => {
    expect(DISPLAY).toBe(Symbol.for("Jupyter.display"));
  });

  it("keeps metadata out of what JSON sees", () => {
    expect(JSON.stringify({ "text/plain": "x", [METADATA]: { width: 3 } })).toBe('{"text/plain":"x"}');
  });
});
