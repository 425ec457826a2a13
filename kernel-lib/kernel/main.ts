#!/usr/bin/env node
import { randomUUID } from "node:crypto";
import { openBridge } from "./bridge";
import { CellScope } from "./cell";
import { Channels } from "./channels";
import { Comms } from "./comms";
import { readConnection } from "./connection";
import { kernelInfo } from "./info";
import { isInterruption } from "./interrupt";
import { Kernel } from "./kernel";
import { findLibrary } from "./library";
import { Session } from "./session";
import { StopFlag } from "./stopFlag";
import { routeStreams } from "./streams";

/** A cell that was waiting has begun by then. */
const SETTLE_MS = 500;

/** Serves one notebook until it is shut down. */
export async function startKernel(connectionFile: string): Promise<void> {
  const connection = await readConnection(connectionFile);
  const channels = new Channels(connection, randomUUID());
  const stop = new StopFlag();
  // The sockets open in other threads, while this one reads declarations.
  const opened = Promise.all([channels.bind(), channels.openControl(stop.memory)]);

  let press: (() => void) | undefined;
  // From the start: without a listener, the signal would end the process.
  process.on("SIGINT", () => press?.());
  const library = findLibrary();
  // Jupyter starts a kernel in the folder of its notebook: local imports are relative to it.
  const scope = new CellScope();
  const session: Session = new Session(process.cwd(), library, {
    flag: stop,
    current: () => scope.current,
    pressed: () => comms.interrupt(),
  });
  press = () => session.interrupter.signalled();
  routeStreams(scope);
  const comms = new Comms({
    scope,
    publish: (type, content, parent, extras) => channels.publish(type, content, parent, extras),
    report: (error) => session.report(error).traceback,
  });
  openBridge(scope, comms, (cell, prompt, password) => channels.ask(cell, prompt, password));
  await opened;
  channels.publish("status", { execution_state: "starting" });
  const notice = (await session.prepare()).join("\n") || undefined;

  const exit = async () => {
    session.close();
    await channels.close();
    process.exit(0);
  };
  const info = kernelInfo(library, session.typescript);
  const kernel = new Kernel({ channels, session, scope, comms, info, notice, exit });
  const stopped = new WeakSet<object>();
  const complain = (error: unknown) => {
    const cell = scope.current;
    // What a stopped cell left behind, such as a timer, would say so again and again.
    if (cell && isInterruption(error)) {
      if (stopped.has(cell)) return;
      stopped.add(cell);
    }
    process.stderr.write(`${session.report(error).traceback.join("\n")}\n`);
  };
  process.on("unhandledRejection", complain);
  process.on("uncaughtException", complain);
  channels.listen({
    request: (message, channel) => kernel.receive(message, channel),
    interrupt: (message) => kernel.noteInterrupt(message),
  });
  // Subscribers that came during the start are welcomed before anything else is published.
  await channels.settle();
  channels.publish("status", { execution_state: "idle" });
  setTimeout(() => session.settle(), SETTLE_MS).unref();
}

if (require.main === module) {
  const file = process.argv[2];
  if (file === undefined) {
    console.error(
      "The kernel is started by Jupyter: main.js <connection file>. Run `recursivemas lab` instead.",
    );
    process.exit(2);
  }
  startKernel(file).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
}
