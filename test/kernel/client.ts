import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Dealer, Request, Subscriber } from "zeromq";

// biome-ignore lint/suspicious/noExplicitAny: the content of a message depends on its type
export type Content = Record<string, any>;

export interface Message {
  header: { msg_id: string; msg_type: string; version: string; session: string };
  parent: { msg_id?: string; msg_type?: string; session?: string };
  metadata: Content;
  content: Content;
  buffers: Buffer[];
}

/** What may go with the content of a message. */
export interface Extras {
  metadata?: Content;
  buffers?: Uint8Array[];
}

export type Channel = "shell" | "control";
export type Frame = string | Uint8Array;

/** What came of one request: its reply, and what was published because of it, up to idle. */
export interface Exchange {
  reply: Content;
  published: Message[];
}

const KEY = "the key of this test";
const PATIENCE_MS = 30_000;

/** A Jupyter client, written apart from the kernel's own wire format so that each checks the other. */
export class TestKernel {
  readonly iopub: Message[] = [];
  /** What the kernel wrote to its own stderr, which is the log of the Jupyter server. */
  log = "";
  private readonly replies: Message[] = [];
  readonly session = randomUUID();
  private readonly shell: Dealer;
  private readonly control: Dealer;
  private readonly stdin: Dealer;
  private readonly subscriber = new Subscriber();
  private readonly heart = new Request();

  private constructor(
    readonly child: ChildProcess,
    ports: Record<string, number>,
  ) {
    child.stderr!.on("data", (chunk: Buffer) => {
      this.log += chunk;
    });
    const routingId = this.session;
    this.shell = new Dealer({ routingId, linger: 0 });
    this.control = new Dealer({ routingId, linger: 0 });
    this.stdin = new Dealer({ routingId, linger: 0 });
    this.shell.connect(`tcp://127.0.0.1:${ports.shell_port}`);
    this.control.connect(`tcp://127.0.0.1:${ports.control_port}`);
    this.stdin.connect(`tcp://127.0.0.1:${ports.stdin_port}`);
    this.heart.connect(`tcp://127.0.0.1:${ports.hb_port}`);
    this.subscriber.connect(`tcp://127.0.0.1:${ports.iopub_port}`);
    this.subscriber.subscribe("");
    void this.collect(this.shell, this.replies);
    void this.collect(this.control, this.replies);
    void this.collect(this.stdin, this.replies);
    void this.collect(this.subscriber, this.iopub);
  }

  /** Starts a kernel in `folder`; ready when it has answered. */
  static async start(
    main: string,
    folder: string,
    env: NodeJS.ProcessEnv,
    nodeArguments: string[] = [],
  ): Promise<TestKernel> {
    const names = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"];
    const ports = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await freePort()])));
    const file = path.join(mkdtempSync(path.join(tmpdir(), "connection-")), "connection.json");
    const connection = { transport: "tcp", ip: "127.0.0.1", key: KEY, signature_scheme: "hmac-sha256" };
    writeFileSync(file, JSON.stringify({ ...connection, ...ports }));
    const child = spawn(process.execPath, [...nodeArguments, main, file], {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ["ignore", "inherit", "pipe"],
    });
    const kernel = new TestKernel(child, ports);
    await kernel.until(() => kernel.published("iopub_welcome").length > 0, "a welcome");
    await kernel.ask("kernel_info_request", {});
    return kernel;
  }

  /** Returns the id of the message that was sent. */
  async send(
    type: string,
    content: Content,
    channel: Channel = "shell",
    { metadata = {}, buffers = [] }: Extras = {},
  ): Promise<string> {
    const header = this.header(type);
    await this.sendFrames([...signed([header, {}, metadata, content]), ...buffers], channel);
    return header.msg_id;
  }

  /** Sends frames as they are. */
  async sendFrames(frames: Frame[], channel: Channel = "shell"): Promise<void> {
    await this[channel].send(frames);
  }

  header(type: string) {
    return {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.session,
      username: "test",
      date: new Date().toISOString(),
      version: "5.3",
    };
  }

  async ask(type: string, content: Content, channel: Channel = "shell"): Promise<Exchange> {
    return this.outcome(await this.send(type, content, channel));
  }

  execute(code: string, options: Content = {}): Promise<Exchange> {
    return this.ask("execute_request", { code, ...options });
  }

  async outcome(id: string): Promise<Exchange> {
    const reply = () =>
      this.replies.find(({ header, parent }) => isReply(header.msg_type) && parent.msg_id === id);
    const published = () => this.iopub.filter(({ parent }) => parent.msg_id === id);
    const idle = () => published().some(({ content }) => content.execution_state === "idle");
    await this.until(() => reply() !== undefined && idle(), `the outcome of ${id}`);
    return { reply: reply()!.content, published: published() };
  }

  /** Waits for a request of the kernel on stdin and answers it; returns what it asked. */
  async answerInput(value: string): Promise<Content> {
    const asked = () => this.replies.find(({ header }) => header.msg_type === "input_request");
    await this.until(() => asked() !== undefined, "a question");
    const request = asked()!;
    await this.stdin.send(signed([this.header("input_reply"), request.header, {}, { value }]));
    return request.content;
  }

  published(type: string): Message[] {
    return this.iopub.filter(({ header }) => header.msg_type === type);
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    while (!condition()) {
      if (Date.now() > end) throw new Error(`waited in vain for ${what}; log: ${this.log.slice(-2000)}`);
      await delay(10);
    }
  }

  async heartbeat(text: string): Promise<string> {
    await this.heart.send(text);
    const [echo] = await this.heart.receive();
    return String(echo);
  }

  /** Resolves with the exit code. */
  exited(): Promise<number | null> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
    return new Promise((resolve) => child.once("exit", resolve));
  }

  async close(): Promise<void> {
    this.child.kill("SIGKILL");
    for (const socket of [this.shell, this.control, this.stdin, this.subscriber, this.heart]) socket.close();
    await this.exited();
  }

  /** Forgets what came so far; for tests that send a great deal. */
  forget(): void {
    this.iopub.length = 0;
    this.replies.length = 0;
  }

  private async collect(socket: Dealer | Subscriber, into: Message[]): Promise<void> {
    for await (const frames of socket) {
      const at = frames.findIndex((frame) => frame.toString() === "<IDS|MSG>");
      const [signature, ...parts] = frames.slice(at + 1, at + 6).map(String);
      if (signature !== sign(parts)) throw new Error("the kernel signed a message wrongly");
      const [header, parent, metadata, content] = parts.map((part) => JSON.parse(part));
      into.push({ header, parent, metadata, content, buffers: frames.slice(at + 6) });
    }
  }
}

function isReply(type: string): boolean {
  return type.endsWith("_reply");
}

/** The frames of a message with these four parts. */
export function signed(parts: unknown[]): string[] {
  const texts = parts.map((part) => (typeof part === "string" ? part : JSON.stringify(part)));
  return ["<IDS|MSG>", sign(texts), ...texts];
}

export function sign(parts: readonly Frame[]): string {
  const hmac = createHmac("sha256", KEY);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** The text that a cell wrote to one stream. */
export function written({ published }: Exchange, stream: "stdout" | "stderr"): string {
  return published
    .filter(({ header, content }) => header.msg_type === "stream" && content.name === stream)
    .map(({ content }) => content.text)
    .join("");
}

/** The content of the only message of this type that a request caused. */
export function only({ published }: Exchange, type: string): Content {
  const found = published.filter(({ header }) => header.msg_type === type);
  if (found.length !== 1) throw new Error(`${found.length} messages of type ${type}`);
  return found[0]!.content;
}

/** The value that a cell showed, as text. */
export function result(exchange: Exchange): string {
  return only(exchange, "execute_result").data["text/plain"];
}
