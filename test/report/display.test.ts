import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DISPLAY, type KernelBridge, type MimeBundle, setKernelBridge } from "../../kernel-lib/engine/bridge";
import { display } from "../../kernel-lib/report/display";

interface Sent {
  data: MimeBundle;
  options?: { displayId?: string; update?: boolean };
}

let sent: Sent[];
/** How the fake kernel draws a value. */
let show: NonNullable<KernelBridge["show"]>;

const texts = () => sent.map(({ data, options }) => [options?.update === true, data["text/plain"]]);

beforeEach(() => {
  sent = [];
  show = async (value) => (value === undefined ? undefined : { "text/plain": String(value) });
  setKernelBridge({
    display: (data, options) => void sent.push({ data, options }),
    show: (value) => show(value),
    signal: new AbortController().signal,
  });
});
afterEach(() => {
  setKernelBridge(undefined);
  vi.restoreAllMocks();
});

describe("display", () => {
  it("shows a value and replaces it in its place", async () => {
    const shown = await display("one");
    await shown.update("two");
    await shown.clear();
    expect(texts()).toEqual([
      [false, "one"],
      [true, "two"],
      [true, ""],
    ]);
    const ids = new Set(sent.map(({ options }) => options?.displayId));
    expect(ids.size).toBe(1);
    expect([...ids][0]).toEqual(expect.any(String));
  });

  it("gives each value a place of its own", async () => {
    await display("a");
    await display("b");
    expect(sent[0]?.options?.displayId).not.toBe(sent[1]?.options?.displayId);
  });

  it("leaves out what shows nothing, until there is something", async () => {
    const shown = await display(undefined);
    await shown.clear();
    expect(sent).toEqual([]);
    await shown.update("late");
    await shown.update(undefined);
    expect(texts()).toEqual([
      [false, "late"],
      [true, ""],
    ]);
  });

  it("keeps the newer of two updates, whichever is drawn first", async () => {
    const shown = await display("first");
    let finish: (bundle: MimeBundle) => void = () => undefined;
    show = (value) =>
      value === "slow"
        ? new Promise((resolve) => {
            finish = resolve;
          })
        : Promise.resolve({ "text/plain": value });
    const slow = shown.update("slow");
    await shown.update("fast");
    finish({ "text/plain": "slow" });
    await slow;
    expect(texts().map(([, text]) => text)).toEqual(["first", "fast"]);
  });

  it("fails when the value cannot be drawn, and can be used again", async () => {
    const shown = await display("first");
    show = () => Promise.reject(new Error("no picture"));
    await expect(shown.update("broken")).rejects.toThrow("no picture");
    show = async () => ({ "text/plain": "mended" });
    await shown.update("mended");
    expect(texts().at(-1)).toEqual([true, "mended"]);
  });

  it("may end a cell without showing its handle", async () => {
    expect((await display("a"))[DISPLAY]()).toBeUndefined();
  });
});

describe("display outside a notebook", () => {
  it("prints the text of a value", async () => {
    setKernelBridge(undefined);
    const log = vi.spyOn(console, "log").mockReturnValue();
    const shown = await display({ [DISPLAY]: async () => ({ "text/html": "<b>x</b>", "text/plain": "x" }) });
    await shown.update({ a: 1 });
    await shown.clear();
    await display("text");
    await display(undefined);
    expect(log.mock.calls).toEqual([["x"], ["{ a: 1 }"], ["text"]]);
  });
});
