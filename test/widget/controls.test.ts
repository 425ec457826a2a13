import { JSDOM } from "jsdom";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setKernelBridge } from "../../kernel-lib/engine/bridge";
import { choice } from "../../kernel-lib/widget/choice";
import { slider } from "../../kernel-lib/widget/slider";
import { FakePage } from "./fakePage";

type State = Record<string, unknown>;

/** A model as anywidget gives it to the code in the page. */
class PageModel {
  readonly saved: State[] = [];
  private changed: State = {};
  private readonly listeners = new Map<string, Set<() => void>>();

  constructor(private readonly state: State) {}

  get = (key: string) => this.state[key];
  set = (key: string, value: unknown) => {
    this.state[key] = this.changed[key] = value;
    for (const listener of this.listeners.get(`change:${key}`) ?? []) listener();
  };
  save_changes = () => void this.saved.push(this.changed);
  on = (event: string, listener: () => void) =>
    void this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(listener));
  off = (event: string, listener: () => void) => void this.listeners.get(event)?.delete(listener);
  get listening(): number {
    return [...this.listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }
}

let page: FakePage;

beforeEach(() => {
  page = new FakePage();
  page.enter();
});
afterEach(() => setKernelBridge(undefined));

/** Runs the code of the newest widget as the page would. */
function render() {
  const { window } = new JSDOM("<body></body>", { runScripts: "outside-only" });
  const state = page.take().at(-1)!.data!.state as State;
  const model = new PageModel(state);
  const el = window.document.body;
  const module = String(state._esm).replace("export default", "globalThis.module =");
  window.eval(module);
  const cleanup = (window as unknown as { module: { render(given: object): () => void } }).module.render({
    model,
    el,
  });
  const fire = (selector: string, event: string) =>
    el.querySelector(selector)!.dispatchEvent(new window.Event(event, { bubbles: true }));
  return { model, el, cleanup, fire };
}

describe("a slider", () => {
  it("has a label that belongs to it, its limits and its value in words", () => {
    slider({ label: "Rounds <3", min: 1, max: 5, step: 2, value: 3 });
    const { el } = render();
    const input = el.querySelector("input")!;
    expect([input.type, input.min, input.max, input.step, input.value]).toEqual([
      "range",
      "1",
      "5",
      "2",
      "3",
    ]);
    expect(input.labels![0]!.textContent).toBe("Rounds <3");
    expect(el.querySelector("output")!.textContent).toBe("3");
    expect(el.querySelector("output")!.getAttribute("for")).toBe(input.id);
  });

  it("tells where it was moved to", () => {
    slider({ min: 1, max: 5 });
    const { el, model, fire } = render();
    el.querySelector("input")!.value = "4";
    fire("input", "input");
    expect(model.saved).toEqual([{ value: 4 }]);
    expect(el.querySelector("output")!.textContent).toBe("4");
  });

  it("follows the kernel, and lets go when its output is removed", () => {
    slider({ min: 1, max: 5 });
    const { el, model, cleanup } = render();
    model.set("max", 9);
    model.set("value", 8);
    expect(el.querySelector("input")!.value).toBe("8");
    expect(el.querySelector("output")!.textContent).toBe("8");
    cleanup();
    expect(model.listening).toBe(0);
  });

  it("is not set beyond its ends, and tells the page nothing then", async () => {
    const rounds = slider({ min: 1, max: 5 });
    page.take();
    expect(() => rounds.set("value", 99)).toThrow(
      /value is 99; the slider goes from 1 to 5\. Try value: 5\./,
    );
    expect(() => rounds.set({ min: 2 })).toThrow(/value is 1.*Try value: 2\./);
    expect([rounds.get("value"), rounds.get("min"), page.take()]).toEqual([1, 1, []]);
    await rounds.set({ max: 99, value: 99 });
    expect(rounds.get("value")).toBe(99);
  });

  it("starts at its lowest when not told otherwise", () => {
    expect(slider({ min: 2 }).get("value")).toBe(2);
    expect(String(slider())).toBe("slider { label: 'value', min: 0, max: 10, step: 1, value: 0 }");
  });

  it.each([
    [{ min: 5, max: 5 }, /from 5 to 5 has no room/],
    [{ step: 0 }, /step is 0/],
    [{ value: 11 }, /value is 11.*from 0 to 10/],
    [{ label: 3 as never }, /label is 3; it must be a text/],
    [{ max: Number.NaN }, /max is NaN/],
  ])("refuses %j", (options, message) => {
    expect(() => slider(options)).toThrow(message);
  });
});

describe("a choice", () => {
  it("lists its options under a label and tells what was chosen", () => {
    choice({ label: "Medium", options: ["latent", "text"], value: "text" });
    const { el, model, fire } = render();
    const select = el.querySelector("select")!;
    expect(select.labels![0]!.textContent).toBe("Medium");
    expect([...select.options].map(({ text }) => text)).toEqual(["latent", "text"]);
    expect(select.value).toBe("text");
    select.selectedIndex = 0;
    fire("select", "change");
    expect(model.saved).toEqual([{ value: "latent" }]);
  });

  it("keeps numbers numbers, and lets go when its output is removed", () => {
    choice({ options: [1, 2] });
    const { el, model, fire, cleanup } = render();
    el.querySelector("select")!.selectedIndex = 1;
    fire("select", "change");
    expect(model.saved).toEqual([{ value: 2 }]);
    cleanup();
    expect(model.listening).toBe(0);
  });

  it("is not set to what is none of its options, and tells the page nothing then", async () => {
    const medium = choice({ options: ["latent", "text"] });
    page.take();
    expect(() => medium.set("value", "txt" as "text")).toThrow(/value is "txt".* Try value: "text"\.$/);
    expect(() => medium.set({ options: ["text"] as never })).toThrow(/value is "latent"/);
    expect([medium.get("value"), page.take()]).toEqual(["latent", []]);
    await medium.set("value", "text");
    expect(medium.get("value")).toBe("text");
  });

  it("is typed by its options", () => {
    const medium = choice({ options: ["latent", "text"] });
    const value: "latent" | "text" = medium.get("value");
    expect(value).toBe("latent");
  });

  it("refuses to choose from nothing or something else", () => {
    expect(() => choice({ options: [] })).toThrow(/options is \[\].*at least one entry/);
    expect(() => choice({ options: ["a"], value: "b" as "a" })).toThrow(
      /value is "b", which is none of the options; there are "a"/,
    );
  });
});
