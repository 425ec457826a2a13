import { randomUUID } from "node:crypto";
import type { Comm, CommMessage } from "../engine/bridge";
import type { Cell, CellScope } from "./cell";
import { Interrupted } from "./interrupt";
import { log } from "./log";
import type { Content, Extras, Header, Message } from "./message";

type Data = Record<string, unknown>;
type Open = (comm: Comm, data: Data) => unknown;

interface Line {
  comm: Comm;
  target: string;
  /** Where output goes that answers the page. */
  cell: Cell;
  messageHandlers: ((data: Data, buffers: readonly Uint8Array[]) => unknown)[];
  closeHandlers: (() => unknown)[];
}

export interface CommsOptions {
  scope: CellScope;
  publish: (type: string, content: Content, parent: Header, extras?: Extras) => void;
  /** The traceback of an error, line by line. */
  report: (error: unknown) => string[];
}

/** The lines between this process and objects in the page. */
export class Comms {
  private readonly lines = new Map<string, Line>();
  private readonly targets = new Map<string, { open: Open; cell: Cell }>();

  /** One for each handler that has not ended. */
  private readonly working = new Set<AbortController>();

  constructor(private readonly options: CommsOptions) {}

  /** Opens a line to the page from the running cell. */
  open(cell: Cell, target: string, data: Data = {}, options: CommMessage & { id?: string } = {}): Comm {
    const { id = randomUUID(), ...extras } = options;
    if (this.lines.has(id))
      throw new Error(`a comm with the id "${id}" is open already; leave the id out for a new one`);
    const line = this.add(id, target, cell);
    try {
      this.send(line, "comm_open", { comm_id: id, target_name: target, data }, extras);
    } catch (error) {
      this.lines.delete(id);
      throw error;
    }
    return line.comm;
  }

  /** Serves lines to `target` that the page opens from now on. */
  serve(cell: Cell, target: string, open: Open): void {
    this.targets.set(target, { open, cell });
  }

  /** The content of `comm_info_reply`. */
  info(target?: string): Content {
    const lines = [...this.lines].filter(([, line]) => target === undefined || line.target === target);
    const comms = Object.fromEntries(lines.map(([id, line]) => [id, { target_name: line.target }]));
    return { status: "ok", comms };
  }

  /** Handles `comm_open`, `comm_msg` or `comm_close` of the page; resolves when what it set off has ended. */
  async receive(request: Message, content: Content): Promise<void> {
    const {
      comm_id,
      target_name,
      data = {},
    } = content as { comm_id: string; target_name: string; data?: Data };
    if (request.header.msg_type === "comm_open") return this.opened(request, comm_id, target_name, data);
    const line = this.lines.get(comm_id);
    if (!line) {
      log(`${request.header.msg_type} for a comm that is not open: ${JSON.stringify(comm_id).slice(0, 80)}`);
      return;
    }
    if (request.header.msg_type === "comm_close") {
      this.lines.delete(comm_id);
      await this.answer(line, request, line.closeHandlers, (handle) => handle());
    } else {
      await this.answer(line, request, line.messageHandlers, (handle) => handle(data, request.buffers));
    }
  }

  /** Tells handlers that are at work that Stop was pressed. */
  interrupt(): void {
    for (const controller of this.working) controller.abort(new Interrupted());
  }

  private async opened(request: Message, id: string, target: string, data: Data): Promise<void> {
    const close = () => this.options.publish("comm_close", { comm_id: id, data: {} }, request.header);
    const served = this.targets.get(target);
    if (!served) return close();
    const line = this.add(id, target, served.cell);
    const works = await this.answer(line, request, [served.open], (open) => open(line.comm, data));
    if (works || this.lines.get(id) !== line) return;
    this.lines.delete(id);
    close();
  }

  private add(id: string, target: string, cell: Cell): Line {
    const isOpen = () => this.lines.get(id) === line;
    const comm: Comm = {
      id,
      send: (data, extras = {}) => {
        if (!isOpen()) throw new Error(`the comm to "${target}" is closed; open a new one`);
        this.send(line, "comm_msg", { comm_id: id, data }, extras);
      },
      onMessage: (handle) => void line.messageHandlers.push(handle),
      onClose: (handle) => void line.closeHandlers.push(handle),
      close: (data = {}) => {
        if (!isOpen()) return;
        this.send(line, "comm_close", { comm_id: id, data });
        this.lines.delete(id);
      },
    };
    const line: Line = { comm, target, cell, messageHandlers: [], closeHandlers: [] };
    this.lines.set(id, line);
    return line;
  }

  /** After what the cell wrote so far, as a child of the request that is being handled. */
  private send(line: Line, type: string, content: Content, extras?: Extras): void {
    const { scope, publish } = this.options;
    scope.current?.flush();
    publish(type, content, (scope.cause ?? line.cell.request).header, extras);
  }

  /** Calls handlers on account of the line's cell, and shows there what they throw; false when one did. */
  private async answer<H>(
    line: Line,
    request: Message,
    handlers: readonly H[],
    call: (handle: H) => unknown,
  ): Promise<boolean> {
    const { scope, report } = this.options;
    const { cell } = line;
    const controller = new AbortController();
    this.working.add(controller);
    const attempt = async (handle: H) => {
      try {
        await call(handle);
        return true;
      } catch (error) {
        cell.write("stderr", `${report(error).join("\n")}\n`);
        return false;
      }
    };
    try {
      const results = await scope.resume(cell, request, controller.signal, () =>
        Promise.all([...handlers].map(attempt)),
      );
      return results.every((works) => works);
    } finally {
      this.working.delete(controller);
      cell.flush();
    }
  }
}
