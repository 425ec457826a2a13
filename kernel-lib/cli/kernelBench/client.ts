import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Dealer, Subscriber } from "zeromq";
import { Codec, type Content, compose, type Message } from "../../kernel/message";

const PORTS = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] as const;
const PATIENCE_MS = 120_000;
const KEY = "bench";

/** How a kernel is started: `{connection_file}` stands for the path of that file, as in a kernel.json. */
export interface KernelCommand {
  argv: readonly string[];
  /** Where its notebook would lie. */
  folder: string;
}

/** A kernel in a process of its own, asked over its sockets as Jupyter would. */
export class KernelClient {
  private readonly session = randomUUID();
  private readonly codec = new Codec(KEY);
  private readonly shell = new Dealer({ linger: 0, reconnectInterval: 5 });
  private readonly iopub = new Subscriber({ linger: 0, reconnectInterval: 5 });
  private readonly seen: Message[] = [];
  private wake: () => void = () => undefined;

  private constructor(
    private readonly child: ChildProcess,
    private readonly connectionFolder: string,
    ports: Record<string, number>,
  ) {
    this.shell.connect(`tcp://127.0.0.1:${ports.shell_port}`);
    this.iopub.connect(`tcp://127.0.0.1:${ports.iopub_port}`);
    this.iopub.subscribe("");
    void this.collect(this.shell);
    void this.collect(this.iopub);
  }

  /** Starts the process and does not wait for it: requests reach it when it listens. */
  static async spawn({ argv, folder }: KernelCommand): Promise<KernelClient> {
    const ports = Object.fromEntries(await Promise.all(PORTS.map(async (name) => [name, await freePort()])));
    const connectionFolder = await mkdtemp(join(tmpdir(), "recursivemas-bench-"));
    const file = join(connectionFolder, "connection.json");
    const connection = { transport: "tcp", ip: "127.0.0.1", key: KEY, signature_scheme: "hmac-sha256" };
    await writeFile(file, JSON.stringify({ ...connection, ...ports }));
    const [program, ...rest] = argv.map((word) => (word === "{connection_file}" ? file : word));
    const child = spawn(program!, rest, { cwd: folder, stdio: "ignore" });
    return new KernelClient(child, connectionFolder, ports);
  }

  /** Runs a cell; resolves when the kernel is idle again. @throws if the cell failed */
  async execute(code: string): Promise<void> {
    const { status } = await this.ask("execute_request", { code, silent: false, store_history: true });
    if (status !== "ok") throw new Error(`a cell of the benchmark failed: ${code}`);
  }

  /** The names offered at the end of `code`. */
  async complete(code: string): Promise<readonly string[]> {
    const { matches } = await this.ask("complete_request", { code, cursor_pos: code.length });
    return matches as readonly string[];
  }

  /** Ends the process at once. */
  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    if (this.child.exitCode === null && this.child.kill("SIGKILL")) await ended;
    this.shell.close();
    this.iopub.close();
    await rm(this.connectionFolder, { recursive: true, force: true });
  }

  /** The content of the reply, once the kernel has also said that it is idle. */
  private async ask(type: string, content: Content): Promise<Content> {
    const request = compose({ type, content, session: this.session });
    const { msg_id } = request.header;
    this.seen.length = 0;
    await this.shell.send(this.codec.encode(request));
    const mine = () => this.seen.filter(({ parent }) => parent.msg_id === msg_id);
    const reply = () => mine().find(({ header }) => header.msg_type.endsWith("_reply"));
    const end = Date.now() + PATIENCE_MS;
    while (!reply() || !mine().some(({ content }) => content.execution_state === "idle")) {
      if (this.child.exitCode !== null) throw new Error("the kernel of the benchmark has ended by itself");
      if (Date.now() > end) throw new Error(`the kernel of the benchmark does not answer ${type}`);
      const woken = new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      await Promise.race([woken, delay(1000, undefined, { ref: false })]);
    }
    return reply()!.content;
  }

  private async collect(socket: Dealer | Subscriber): Promise<void> {
    for await (const frames of socket) {
      this.seen.push(this.codec.decode(frames));
      this.wake();
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
