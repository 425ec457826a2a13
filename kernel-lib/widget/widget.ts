import { inspect } from "node:util";
import { DISPLAY, type MimeBundle } from "../engine/bridge";
import { shown } from "../engine/check";
import { nearest } from "../engine/nearest";
import { Line } from "./line";

/** What {@link widget} takes. */
export interface WidgetOptions<State extends object> {
  /** The code of the widget in the page: an ECMAScript module that exports `{ render({ model, el }) {} }`. */
  esm: string;
  /** Style sheet for it. */
  css?: string;
  /** What this process and the page share: anything JSON can hold, and typed arrays. */
  state: State;
  /** What a reader without the page sees in its place. Default: `"widget"`. */
  name?: string;
  /** Throws for a state that cannot be: asked before `set` changes anything. What the page sends is taken as it is. */
  check?: (state: State) => void;
}

type Change<Value> = (value: Value) => unknown;
/** What {@link Widget.onMessage} calls. */
export type MessageHandler = (content: unknown, buffers: readonly Uint8Array[]) => unknown;

/** A piece of the page whose state is shared with this process; it shows itself at the end of a cell. */
export class Widget<State extends object> {
  private current: State;
  private line: Line | undefined;
  private readonly changes = new Map<keyof State, Set<Change<never>>>();
  private readonly messages = new Set<MessageHandler>();

  constructor(private readonly options: Readonly<WidgetOptions<State>>) {
    this.current = { ...options.state };
    this.connect();
  }

  /** @returns The newest value, whether it was set here or in the page. */
  get<Key extends keyof State>(key: Key): State[Key] {
    return this.current[key];
  }

  /**
   * Changes the state, here and in the page.
   *
   * @returns when what {@link on} registered has run
   * @example rounds.set({ value: 3 })
   */
  set(changes: Partial<State>): Promise<void>;
  set<Key extends keyof State>(key: Key, value: State[Key]): Promise<void>;
  set(given: Partial<State> | keyof State, value?: unknown): Promise<void> {
    const wanted = typeof given === "object" ? given : ({ [given]: value } as Partial<State>);
    const stranger = Object.keys(wanted).find((key) => !(key in this.current));
    if (stranger !== undefined) throw new Error(`"${stranger}" cannot be set; ${this.contents(stranger)}`);
    this.options.check?.({ ...this.current, ...wanted });
    const changes = this.take(wanted);
    if (Object.keys(changes).length > 0) this.line?.update(changes as Record<string, unknown>);
    return this.announce(changes);
  }

  /**
   * Calls `handle` with the new value after each change, here or in the page. What it prints, shows or throws
   * appears in the cell that made the widget.
   *
   * @returns a function that ends this
   * @example rounds.on("value", async (n) => shown.update(await evaluate(mas, task, { rounds: n })))
   */
  on<Key extends keyof State>(key: Key, handle: (value: State[Key]) => unknown): () => void {
    if (!(key in this.current)) {
      throw new Error(`"${String(key)}" cannot be listened to; ${this.contents(String(key))}`);
    }
    const handlers = this.changes.get(key) ?? new Set();
    this.changes.set(key, handlers.add(handle));
    return silent(() => void handlers.delete(handle));
  }

  /** Calls `handle` for each message that the page sends with `model.send(content)`; ends as {@link on} does. */
  onMessage(handle: MessageHandler): () => void {
    this.messages.add(handle);
    return silent(() => void this.messages.delete(handle));
  }

  /** Sends a message to the page, where `model.on("msg:custom", (content, buffers) => {})` hears it. */
  send(content: unknown, buffers: readonly Uint8Array[] = []): void {
    this.line?.tell(content, buffers);
  }

  /** Removes the widget from the page; the state stays, and showing it again makes a new one. */
  close(): void {
    this.line?.close();
    this.line = undefined;
  }

  [DISPLAY](): MimeBundle {
    const line = this.connect();
    if (!line) return { "text/plain": `${this} (widgets are drawn in a notebook)` };
    const view = { version_major: 2, version_minor: 0, model_id: line.id };
    return { "application/vnd.jupyter.widget-view+json": view, "text/plain": String(this) };
  }

  toString(): string {
    const { name = "widget" } = this.options;
    return `${name} ${inspect(this.current, { depth: 1, maxArrayLength: 6, maxStringLength: 60 })}`;
  }

  [inspect.custom](): string {
    return String(this);
  }

  private connect(): Line | undefined {
    const { esm, css, name = "widget" } = this.options;
    this.line ??= Line.open({
      // the id names the kind of widget: anywidget keeps one style sheet for each
      state: () => ({
        _esm: esm,
        ...(css && { _css: css }),
        _anywidget_id: `recursivemas.${name}`,
        ...this.current,
      }),
      changed: (state) => this.announce(this.take(state as Partial<State>)),
      told: (content, buffers) => settle([...this.messages].map((handle) => () => handle(content, buffers))),
      closed: () => {
        this.line = undefined;
      },
    });
    return this.line;
  }

  /** Takes new values over, and tells which differ from those before. */
  private take(given: Partial<State>): Partial<State> {
    const changes = Object.fromEntries(
      Object.entries(given).filter(([key, value]) => !Object.is(value, this.current[key as keyof State])),
    ) as Partial<State>;
    this.current = { ...this.current, ...changes };
    return changes;
  }

  private contents(wanted: string): string {
    const keys = Object.keys(this.current);
    const advice = nearest(wanted, keys);
    return (
      `the state of this widget has ${keys.join(", ") || "nothing"}. ` +
      `Try ${advice ? shown(advice) : "a widget that is made with it in its state"}.`
    );
  }

  private announce(changes: Partial<State>): Promise<void> {
    const calls = (Object.keys(changes) as (keyof State)[]).flatMap((key) =>
      [...(this.changes.get(key) ?? [])].map((handle) => () => handle(changes[key] as never)),
    );
    return settle(calls);
  }
}

/** A function that shows nothing when a cell ends with it. */
const silent = (act: () => void): (() => void) => Object.assign(act, { [DISPLAY]: () => undefined });

/** Runs all, one failing or not, and then fails as the first that did. */
async function settle(calls: readonly (() => unknown)[]): Promise<void> {
  const results = await Promise.allSettled(calls.map(async (call) => call()));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

/**
 * Makes a widget of your own: code that runs in the page, and a state that both sides read and change. In the page
 * it is an [anywidget](https://anywidget.dev): `model.get(key)`, `model.set(key, value)` and `model.save_changes()`,
 * `model.on("change:key", redraw)`. Typed arrays arrive there as a `DataView`, and here as a `Uint8Array`.
 * JupyterLab draws it when the Python packages `anywidget` and `ipywidgets` are installed beside it.
 *
 * @throws if the state uses a name that begins with `_`
 * @example
 * const clicks = widget({
 *   state: { count: 0 },
 *   esm: `export default { render({ model, el }) {
 *     const button = document.createElement("button");
 *     button.textContent = "click";
 *     button.onclick = () => { model.set("count", model.get("count") + 1); model.save_changes(); };
 *     el.append(button);
 *   } }`,
 * });
 * clicks.on("count", (count) => console.log(`clicked ${count} times`));
 * clicks
 */
export function widget<State extends object>(options: WidgetOptions<State>): Widget<State> {
  const { esm, state } = (options ?? {}) as Partial<WidgetOptions<State>>;
  if (typeof esm !== "string" || typeof state !== "object" || state === null) {
    throw new TypeError(
      `the widget is made of ${shown(options)}; it needs esm, the code in the page, and a state. ` +
        'Try widget({ esm: "export default { render({ model, el }) {} }", state: { count: 0 } }).',
    );
  }
  const reserved = Object.keys(state).find((key) => key.startsWith("_"));
  if (reserved !== undefined) {
    throw new Error(
      `the state has "${reserved}"; names that begin with _ belong to Jupyter. ` +
        `Try "${reserved.replace(/^_+/, "") || "value"}".`,
    );
  }
  return new Widget(options);
}
