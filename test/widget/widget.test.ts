import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DISPLAY, setKernelBridge } from "../../kernel-lib/engine/bridge";
import { widget } from "../../kernel-lib/widget/widget";
import { FakePage } from "./fakePage";

const ESM = "export default { render() {} }";
// what anywidget 0.11's own Python side sends beside the state of a widget, with the versions it registers
const MODEL = {
  _model_module: "anywidget",
  _model_module_version: "0",
  _model_name: "AnyModel",
  _view_module: "anywidget",
  _view_module_version: "0",
  _view_name: "AnyView",
  _view_count: null,
  _esm: ESM,
  _anywidget_id: "recursivemas.widget",
};

let page: FakePage;
type Carrier = { [DISPLAY](): unknown };

beforeEach(() => {
  page = new FakePage();
  page.enter();
});
afterEach(() => setKernelBridge(undefined));

describe("a widget in a notebook", () => {
  it("opens a line that anywidget understands", () => {
    widget({ esm: ESM, css: "p {}", state: { value: 3 } });
    expect(page.take()).toEqual([
      {
        type: "open",
        id: "id-1",
        target: "jupyter.widget",
        data: { state: { ...MODEL, _css: "p {}", value: 3 }, buffer_paths: [] },
        metadata: { version: "2.1.0" },
      },
    ]);
  });

  it("shows itself as a view of its model, with text for where there is none", () => {
    const shown = widget({ name: "knob", esm: ESM, state: { value: 3 } });
    expect(shown[DISPLAY]()).toEqual({
      "application/vnd.jupyter.widget-view+json": { version_major: 2, version_minor: 0, model_id: "id-1" },
      "text/plain": "knob { value: 3 }",
    });
    shown[DISPLAY]();
    expect(page.take().filter(({ type }) => type === "open")).toHaveLength(1);
  });

  it("tells the page what is set", async () => {
    const knob = widget({ esm: ESM, state: { value: 3, label: "a" } });
    page.take();
    await knob.set("value", 4);
    await knob.set({ value: 5, label: "a" });
    expect(page.take().map(({ type, data }) => [type, data])).toEqual([
      ["msg", { method: "update", state: { value: 4 }, buffer_paths: [] }],
      ["msg", { method: "update", state: { value: 5 }, buffer_paths: [] }],
    ]);
    await knob.set("value", 5);
    expect(page.take()).toEqual([]);
  });

  it("takes over what the person changes, and tells it to all pages", async () => {
    const knob = widget({ esm: ESM, state: { value: 3 } });
    const seen: number[] = [];
    knob.on("value", (value) => seen.push(value));
    page.take();
    await page.send("id-1", { method: "update", state: { value: 7 }, buffer_paths: [] });
    expect(knob.get("value")).toBe(7);
    expect(seen).toEqual([7]);
    expect(page.take().map(({ data }) => data)).toEqual([
      { method: "echo_update", state: { value: 7 }, buffer_paths: [] },
    ]);
  });

  it("ignores keys that are not its own", async () => {
    const knob = widget({ esm: ESM, state: { value: 3 } });
    page.take();
    await page.send("id-1", { method: "update", state: { _esm: "evil", layout: 1 } });
    expect(page.take()).toEqual([]);
    await page.send("id-1", { method: "request_state" });
    expect(page.take()[0]!.data).toEqual({
      method: "update",
      state: { ...MODEL, value: 3 },
      buffer_paths: [],
    });
    expect(knob.get("value")).toBe(3);
  });

  it("carries binary parts both ways", async () => {
    const picture = widget({ esm: ESM, state: { pixels: Uint8Array.of(1, 2), width: 2 } });
    const [opened] = page.take();
    expect(opened!.data!.buffer_paths).toEqual([["pixels"]]);
    expect(opened!.data!.state as object).not.toHaveProperty("pixels");
    expect(opened!.buffers).toEqual([Uint8Array.of(1, 2)]);
    const drawn = Uint8Array.of(9);
    await page.send("id-1", { method: "update", state: {}, buffer_paths: [["pixels"]] }, [drawn]);
    expect(picture.get("pixels")).toEqual(drawn);
    await picture.set("pixels", Uint8Array.of(5));
    const last = page.take().at(-1)!;
    expect(last.data).toEqual({ method: "update", state: {}, buffer_paths: [["pixels"]] });
    expect(last.buffers).toEqual([Uint8Array.of(5)]);
  });

  it("exchanges messages of its own making", async () => {
    const chat = widget({ esm: ESM, state: {} });
    const heard: unknown[] = [];
    const stop = chat.onMessage((content, buffers) => heard.push([content, buffers]));
    page.take();
    chat.send({ hi: 1 }, [Uint8Array.of(1)]);
    expect(page.take()).toEqual([
      {
        type: "msg",
        id: "id-1",
        data: { method: "custom", content: { hi: 1 } },
        buffers: [Uint8Array.of(1)],
      },
    ]);
    await page.send("id-1", { method: "custom", content: "hello" }, [Uint8Array.of(2)]);
    stop();
    await page.send("id-1", { method: "custom", content: "again" });
    expect(heard).toEqual([["hello", [Uint8Array.of(2)]]]);
  });

  it("comes back after the page was loaded again", async () => {
    widget({ esm: ESM, state: { value: 3 } });
    const second = widget({ esm: ESM, state: { pixels: Uint8Array.of(1) } });
    widget({ esm: ESM, state: {} }).close();
    await second.set("pixels", Uint8Array.of(8));
    page.take();
    page.open("jupyter.widget.control", "control");
    await page.send("control", { method: "request_states" });
    const model = { model_name: "AnyModel", model_module: "anywidget", model_module_version: "0" };
    expect(page.take()).toEqual([
      {
        type: "msg",
        id: "control",
        data: {
          method: "update_states",
          states: {
            "id-1": { ...model, state: { ...MODEL, value: 3 } },
            "id-2": { ...model, state: MODEL },
          },
          buffer_paths: [["id-2", "state", "pixels"]],
        },
        buffers: [Uint8Array.of(8)],
      },
    ]);
  });

  it("goes away when it is closed, and comes anew when it is shown again", async () => {
    const knob = widget({ esm: ESM, state: { value: 3 } });
    page.take();
    knob.close();
    await knob.set("value", 4);
    expect(page.take().map(({ type }) => type)).toEqual(["close"]);
    expect(knob[DISPLAY]()).toMatchObject({
      "application/vnd.jupyter.widget-view+json": { model_id: "id-2" },
    });
    expect(page.take()).toMatchObject([{ type: "open", data: { state: { value: 4 } } }]);
  });

  it("lives on when the page closes the line", async () => {
    const knob = widget({ esm: ESM, state: { value: 3 } });
    await page.close("id-1");
    page.take();
    await knob.set("value", 4);
    expect(page.take()).toEqual([]);
    expect(knob.get("value")).toBe(4);
  });

  it("refuses a message whose meaning it does not know", async () => {
    widget({ esm: ESM, state: {} });
    await expect(page.send("id-1", { method: "explode" })).rejects.toThrow(/the method "explode"/);
  });
});

describe("what listens to a widget", () => {
  it("hears changes from this side too, and only changes", async () => {
    const knob = widget({ esm: ESM, state: { value: 3, label: "a" } });
    const seen: unknown[] = [];
    const stop = knob.on("value", (value) => seen.push(value));
    expect((stop as unknown as Carrier)[DISPLAY]()).toBeUndefined(); // a cell may end with it
    await knob.set("value", 4);
    await knob.set("value", 4);
    await knob.set("label", "b");
    stop();
    await knob.set("value", 5);
    expect(seen).toEqual([4]);
  });

  it("may set the widget right again", async () => {
    const knob = widget({ esm: ESM, state: { value: 3 } });
    knob.on("value", (value) => knob.set("value", Math.min(value, 5)));
    page.take();
    await page.send("id-1", { method: "update", state: { value: 9 } });
    expect(knob.get("value")).toBe(5);
    expect(page.take().map(({ data }) => [data!.method, data!.state])).toEqual([
      ["echo_update", { value: 9 }],
      ["update", { value: 5 }],
    ]);
  });

  it("is waited for, and when it fails the others still run", async () => {
    const knob = widget({ esm: ESM, state: { value: 3 } });
    const seen: string[] = [];
    knob.on("value", () => {
      throw new Error("first");
    });
    knob.on("value", async () => {
      await Promise.resolve();
      seen.push("second");
    });
    await expect(page.send("id-1", { method: "update", state: { value: 4 } })).rejects.toThrow("first");
    expect(seen).toEqual(["second"]);
    await expect(knob.set("value", 5)).rejects.toThrow("first");
  });
});

describe("a widget outside a notebook", () => {
  it("keeps its state, and says where it would be drawn", async () => {
    setKernelBridge(undefined);
    const knob = widget({ name: "knob", esm: ESM, state: { value: 3 } });
    const seen: number[] = [];
    knob.on("value", (value) => seen.push(value));
    await knob.set("value", 4);
    knob.send("lost");
    knob.close();
    expect(seen).toEqual([4]);
    expect(knob[DISPLAY]()).toEqual({ "text/plain": "knob { value: 4 } (widgets are drawn in a notebook)" });
    expect(inspect(knob)).toBe("knob { value: 4 }");
  });

  it("opens its line when it is first shown in one", () => {
    setKernelBridge(undefined);
    const knob = widget({ esm: ESM, state: { value: 3 } });
    page.enter();
    expect(knob[DISPLAY]()).toHaveProperty(["application/vnd.jupyter.widget-view+json", "model_id"], "id-1");
  });

  it("is text where the kernel knows no widgets", () => {
    setKernelBridge({ display: () => undefined, signal: new AbortController().signal });
    const shown = widget({ esm: ESM, state: { value: 3 } })[DISPLAY]();
    expect(Object.keys(shown)).toEqual(["text/plain"]);
  });
});

describe("mistakes", () => {
  it("are said with what there is", () => {
    const knob = widget({ esm: ESM, state: { value: 3, label: "a" } });
    expect(() => knob.set("valeu" as "value", 1)).toThrow(
      '"valeu" cannot be set; the state of this widget has value, label. Try "value".',
    );
    expect(() => knob.on("valeu" as "value", () => 1)).toThrow(
      /"valeu" cannot be listened to; .* value, label/,
    );
    expect(() => widget({ esm: ESM, state: { _esm: 1 } })).toThrow(/"_esm".* Try "esm"\.$/);
  });
});
