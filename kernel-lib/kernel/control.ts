import { parentPort, workerData } from "node:worker_threads";
import { Reply, Router } from "zeromq";
import { address, type Connection, codecOf } from "./connection";
import { log } from "./log";
import { compose } from "./message";
import { StopFlag } from "./stopFlag";

// Runs in a worker thread: the control and heartbeat sockets.

/** What this thread tells the kernel. */
export type ControlNotice = { kind: "ready" } | ControlRequest;

export interface ControlRequest {
  kind: "request" | "interrupt";
  frames: Uint8Array[];
}

/** What the kernel tells this thread. */
export type ControlOrder = { kind: "send"; frames: (string | Uint8Array)[] } | { kind: "close" };

const SHUTDOWN_MS = 3000;
const PARENT_POLL_MS = 2000;
/** When the kernel's own thread has not taken notice of Stop by then, its loops are told. */
const NOTICE_MS = 100;
/** What is no loop of a cell, such as a step of the library, has this time more, unless Stop is pressed again. */
const SIGNAL_MS = 3000;

const { connection, session, stop, ended } = workerData as {
  connection: Connection;
  session: string;
  stop: SharedArrayBuffer;
  /** Holds a 1 once this thread has ended. */
  ended: SharedArrayBuffer;
};
const flag = new StopFlag(stop);

process.once("exit", () => {
  Atomics.store(new Int32Array(ended), 0, 1);
  Atomics.notify(new Int32Array(ended), 0);
});

void serve();

async function serve(): Promise<void> {
  const codec = codecOf(connection);
  const control = new Router({ sendTimeout: 0, linger: 1000 });
  const heartbeat = new Reply();
  await control.bind(address(connection, connection.control_port));
  await heartbeat.bind(address(connection, connection.hb_port));
  parentPort!.on("message", (order: ControlOrder) => {
    if (order.kind === "send") {
      void control.send(order.frames);
      return;
    }
    // With nothing left to wait for, the thread ends by itself. Ended from outside, while its sockets are in use, it
    // would crash the process.
    control.close();
    heartbeat.close();
    parentPort!.close();
  });
  tell({ kind: "ready" });
  void echo(heartbeat);
  exitWithParent();

  for await (const frames of control) {
    try {
      const message = codec.decode(frames);
      if (message.header.msg_type === "interrupt_request") {
        const press = flag.ask();
        tell({ kind: "interrupt", frames });
        insist(press);
        const { header: parent, identities } = message;
        const content = { status: "ok" };
        const reply = compose({ type: "interrupt_reply", content, parent, identities, session });
        await control.send(codec.encode(reply));
        continue;
      }
      tell({ kind: "request", frames });
      if (message.header.msg_type === "shutdown_request") {
        setTimeout(() => process.kill(process.pid, "SIGKILL"), SHUTDOWN_MS).unref();
      }
    } catch (error) {
      log(error);
    }
  }
}

/** Sees to it that a press of Stop is noticed, however busy the kernel's own thread is. */
function insist(press: number): void {
  const again = !flag.isSeen(press - 1);
  const after = (ms: number, work: () => void) => setTimeout(work, ms).unref();
  after(NOTICE_MS, () => {
    if (flag.isSeen(press)) return;
    flag.block(press);
    after(again ? 0 : SIGNAL_MS, () => {
      // Only `vm` can break a cell off that neither awaits nor loops, by a signal; Windows has none to send.
      if (flag.isSeen(press) || process.platform === "win32") return;
      flag.announceSignal();
      process.kill(process.pid, "SIGINT");
    });
  });
}

function tell(notice: ControlNotice): void {
  parentPort!.postMessage(notice);
}

async function echo(heartbeat: Reply): Promise<void> {
  for await (const frames of heartbeat) await heartbeat.send(frames);
}

/** A kernel whose Jupyter server is gone would stay for ever. */
function exitWithParent(): void {
  const { JPY_PARENT_PID } = process.env;
  if (process.platform === "win32" || !JPY_PARENT_PID || Number(JPY_PARENT_PID) !== process.ppid) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  }, PARENT_POLL_MS).unref();
}
