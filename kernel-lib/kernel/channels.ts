import path from "node:path";
import { Worker } from "node:worker_threads";
import { Router, XPublisher } from "zeromq";
import type { Cell } from "./cell";
import { address, type Connection, codecOf } from "./connection";
import type { ControlNotice, ControlOrder, ControlRequest } from "./control";
import { log } from "./log";
import { type Codec, type Content, compose, type Extras, type Header, type Message } from "./message";

export type Channel = "shell" | "control";

/** How long a process that ends waits for its worker to close its sockets. */
const WORKER_END_MS = 2000;

export interface ChannelHandlers {
  request(message: Message, channel: Channel): void;
  /** An `interrupt_request` came, and is answered. */
  interrupt(message: Message): void;
}

/**
 * The five sockets of a kernel. Control and heartbeat live in a worker thread, so that they answer while a cell
 * keeps this thread busy.
 */
export class Channels {
  private readonly shell = new Router();
  private readonly stdin = new Router();
  private readonly iopub = new XPublisher();
  private readonly codec: Codec;
  private worker: Worker | undefined;
  /** What the control thread told before anybody listened. */
  private readonly early: ControlRequest[] = [];
  private onControl = (notice: ControlRequest) => void this.early.push(notice);
  private answerInput: ((text: string) => void) | undefined;
  /** How many shell messages were read so far. */
  private received = 0;

  constructor(
    private readonly connection: Connection,
    private readonly session: string,
  ) {
    this.codec = codecOf(connection);
    // Sends at once or never waits: a busy cell shows its output while it runs, and nothing is dropped.
    for (const socket of [this.shell, this.stdin, this.iopub]) {
      socket.sendTimeout = 0;
      socket.sendHighWaterMark = 0;
      socket.linger = 1000;
    }
    this.iopub.verbosity = "allSubs";
  }

  async bind(): Promise<void> {
    const { connection } = this;
    await Promise.all([
      this.shell.bind(address(connection, connection.shell_port)),
      this.stdin.bind(address(connection, connection.stdin_port)),
      this.iopub.bind(address(connection, connection.iopub_port)),
    ]);
    void this.welcome();
  }

  /** Begins to read requests; those that came before are waiting. */
  listen(handlers: ChannelHandlers): void {
    void this.read(this.shell, (message) => {
      this.received++;
      handlers.request(message, "shell");
    });
    void this.read(this.stdin, ({ header, content }) => {
      if (header.msg_type === "input_reply") this.answerInput?.(String(content.value ?? ""));
    });
    this.onControl = ({ kind, frames }) => {
      try {
        const message = this.codec.decode(frames);
        if (kind === "interrupt") handlers.interrupt(message);
        else handlers.request(message, "control");
      } catch (error) {
        log(error);
      }
    };
    for (const notice of this.early.splice(0)) this.onControl(notice);
  }

  /** Starts the worker, which shares `stop`, the memory of a StopFlag; resolves when its sockets are bound. */
  async openControl(stop: SharedArrayBuffer): Promise<void> {
    const ended = new SharedArrayBuffer(4);
    const worker = new Worker(path.join(__dirname, "control.js"), {
      workerData: { connection: this.connection, session: this.session, stop, ended },
    });
    this.worker = worker;
    // A cell may call process.exit, which would end the worker while its sockets are in use.
    process.once("exit", () => {
      this.order({ kind: "close" });
      Atomics.wait(new Int32Array(ended), 0, 0, WORKER_END_MS);
    });
    await new Promise<void>((resolve, reject) => {
      worker.once("error", reject);
      worker.on("message", (notice: ControlNotice) => {
        if (notice.kind === "ready") resolve();
        else this.onControl(notice);
      });
    });
  }

  publish(type: string, content: Content, parent?: Partial<Header>, extras: Extras = {}): void {
    const identities = [Buffer.from(type)];
    const message = compose({ ...extras, type, content, parent, identities, session: this.session });
    this.iopub.send(this.codec.encode(message)).catch(log);
  }

  reply(request: Message, channel: Channel, type: string, content: Content): void {
    const { header: parent, identities } = request;
    const frames = this.codec.encode(compose({ type, content, parent, identities, session: this.session }));
    if (channel === "shell") this.shell.send(frames).catch(log);
    else this.order({ kind: "send", frames });
  }

  /** Asks the front end that runs the cell for a line of text. */
  async ask(cell: Cell, prompt: string, password: boolean): Promise<string> {
    const { request, controller } = cell;
    if (request.content.allow_stdin === false) {
      throw new Error("this front end takes no input while a cell runs (allow_stdin is false)");
    }
    if (this.answerInput) throw new Error("another input() of this notebook is still waiting for its answer");
    const { signal } = controller;
    signal.throwIfAborted();
    const content = { prompt, password };
    const { header: parent, identities } = request;
    const { session } = this;
    let stop: (() => void) | undefined;
    try {
      return await new Promise<string>((resolve, reject) => {
        stop = () => reject(signal.reason);
        signal.addEventListener("abort", stop);
        this.answerInput = resolve;
        const message = compose({ type: "input_request", content, parent, identities, session });
        this.stdin.send(this.codec.encode(message)).catch(reject);
      });
    } finally {
      this.answerInput = undefined;
      if (stop) signal.removeEventListener("abort", stop);
    }
  }

  /** Waits until every shell request that has already reached this process has been read. */
  async settle(): Promise<void> {
    let before: number;
    do {
      before = this.received;
      for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
    } while (before !== this.received);
  }

  /** Sends what is still to be sent, and lets go of the ports. */
  async close(): Promise<void> {
    const { worker } = this;
    const ended = new Promise((resolve) => worker?.once("exit", resolve));
    this.order({ kind: "close" });
    if (worker) await ended;
    this.shell.close();
    this.stdin.close();
    this.iopub.close();
  }

  private order(order: ControlOrder): void {
    this.worker?.postMessage(order);
  }

  private async read(socket: Router, handle: (message: Message) => void): Promise<void> {
    for await (const frames of socket) {
      try {
        handle(this.codec.decode(frames));
      } catch (error) {
        log(error);
      }
    }
  }

  /** Tells each new subscriber that nothing published from now on will escape it. */
  private async welcome(): Promise<void> {
    for await (const [frame] of this.iopub) {
      const isSubscription = frame?.[0] === 1;
      if (!frame || !isSubscription) continue;
      const subscription = frame.subarray(1);
      const content = { subscription: subscription.toString() };
      const message = compose({ type: "iopub_welcome", content, session: this.session });
      this.iopub.send(this.codec.encode({ ...message, identities: [subscription] })).catch(log);
    }
  }
}
