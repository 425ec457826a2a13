import { type Comm, type KernelBridge, kernelBridge } from "../engine/bridge";
import { type BufferPath, joinBuffers, separateBuffers } from "./buffers";

/** The newest version of Jupyter's widget messages; front ends check the first number. */
const PROTOCOL = "2.1.0";
const TARGET = "jupyter.widget";
/** Which versions of anywidget's front end may draw our widgets: every one before 1.0. */
const ANYWIDGET = "0";

type State = Record<string, unknown>;

/** What a widget does with what comes from the page. */
export interface LineEnds {
  /** All that a front end needs to draw the widget. */
  state(): State;
  /** The person changed something. */
  changed(state: State): unknown;
  /** The page sent a message of its own making. */
  told(content: unknown, buffers: readonly Uint8Array[]): unknown;
  /** The page closed the line. */
  closed(): void;
}

/** The line between one widget in this process and its model in the page. */
export class Line {
  private constructor(
    private readonly comm: Comm,
    private readonly ends: LineEnds,
    private readonly forget: () => void,
  ) {}

  /** Opens a line where a notebook listens; elsewhere there is none. */
  static open(ends: LineEnds): Line | undefined {
    const bridge = kernelBridge();
    if (!bridge?.openComm) return undefined;
    const { state, buffer_paths, buffers } = separateBuffers(fullState(ends));
    const open = linesOf(bridge);
    const comm = bridge.openComm(
      TARGET,
      { state, buffer_paths },
      { metadata: { version: PROTOCOL }, ...(buffers.length > 0 && { buffers }) },
    );
    const line = new Line(comm, ends, () => open.delete(comm.id));
    open.set(comm.id, line);
    comm.onMessage((data, received) => line.receive(data, received));
    comm.onClose(() => {
      line.forget();
      ends.closed();
    });
    return line;
  }

  get id(): string {
    return this.comm.id;
  }

  /** Tells the page what has changed. */
  update(changes: State): void {
    this.sendState("update", changes);
  }

  /** Sends a message that the widget's own code in the page understands. */
  tell(content: unknown, buffers: readonly Uint8Array[]): void {
    this.comm.send({ method: "custom", content }, buffers.length > 0 ? { buffers } : {});
  }

  close(): void {
    this.forget();
    this.comm.close();
  }

  /** How a page that was loaded again gets this widget back. */
  snapshot(): State {
    const state = fullState(this.ends);
    return {
      model_name: state._model_name,
      model_module: state._model_module,
      model_module_version: state._model_module_version,
      state,
    };
  }

  /** The page hears of its own change too, so that all pages that show the widget agree. */
  private takeOver(given: State): unknown {
    const known = this.ends.state();
    const changes = Object.fromEntries(
      Object.entries(given).filter(([key]) => !key.startsWith("_") && Object.hasOwn(known, key)),
    );
    if (Object.keys(changes).length > 0) this.sendState("echo_update", changes);
    return this.ends.changed(changes);
  }

  private sendState(method: "update" | "echo_update", whole: State): void {
    const { state, buffer_paths, buffers } = separateBuffers(whole);
    this.comm.send({ method, state, buffer_paths }, buffers.length > 0 ? { buffers } : {});
  }

  private receive(data: State, buffers: readonly Uint8Array[]): unknown {
    switch (data.method) {
      case "update":
        return this.takeOver(joinBuffers({ ...(data.state as State) }, pathsOf(data), buffers));
      case "request_state":
        return this.update(fullState(this.ends));
      case "custom":
        return this.ends.told(data.content, buffers);
      default:
        throw new Error(`the page sent a widget message with the method "${data.method}", which is unknown`);
    }
  }
}

/** What anywidget's model in the page needs besides the widget's own state. */
function fullState(ends: LineEnds): State {
  return {
    _model_module: "anywidget",
    _model_module_version: ANYWIDGET,
    _model_name: "AnyModel",
    _view_module: "anywidget",
    _view_module_version: ANYWIDGET,
    _view_name: "AnyView",
    _view_count: null,
    ...ends.state(),
  };
}

const pathsOf = ({ buffer_paths }: State): BufferPath[] =>
  Array.isArray(buffer_paths) ? (buffer_paths as BufferPath[]) : [];

const lines = new WeakMap<KernelBridge, Map<string, Line>>();

/** The open lines of a notebook; a page that is loaded again asks for all of them at once. */
function linesOf(bridge: KernelBridge): Map<string, Line> {
  const known = lines.get(bridge);
  if (known) return known;
  const open = new Map<string, Line>();
  lines.set(bridge, open);
  bridge.serveComms?.("jupyter.widget.control", (comm) => {
    comm.onMessage((data) => {
      if (data.method !== "request_states") return;
      const { state, buffer_paths, buffers } = separateBuffers(
        Object.fromEntries([...open].map(([id, line]) => [id, line.snapshot()])),
      );
      comm.send(
        { method: "update_states", states: state, buffer_paths },
        buffers.length > 0 ? { buffers } : {},
      );
    });
  });
  return open;
}
