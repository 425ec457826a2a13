#!/usr/bin/env node
import { randomUUID } from "node:crypto";
import { openBridge } from "./bridge";
import { CellScope } from "./cell";
import { Channels } from "./channels";
import { readConnection } from "./connection";
import { kernelInfo } from "./info";
import { Kernel } from "./kernel";
import { findLibrary } from "./library";
import { Session } from "./session";
import { routeStreams } from "./streams";

/** Serves one notebook until it is shut down. */
export async function startKernel(connectionFile: string): Promise<void> {
  const connection = await readConnection(connectionFile);
  const channels = new Channels(connection, randomUUID());
  await Promise.all([channels.bind(), channels.openControl()]);
  channels.publish("status", { execution_state: "starting" });

  let kernel: Kernel | undefined;
  // From the start: without a listener, the signal would end the process.
  process.on("SIGINT", () => kernel?.interrupt());
  const library = findLibrary();
  // Jupyter starts a kernel in the folder of its notebook: local imports are relative to it.
  const session = new Session(process.cwd(), library);
  const scope = new CellScope();
  routeStreams(scope);
  openBridge(scope, (cell, prompt, password) => channels.ask(cell, prompt, password));
  let notice: string | undefined;
  try {
    await session.preload();
  } catch (error) {
    notice = `The library "${library.name}" is not in scope: ${(error as Error).message}`;
  }

  const exit = async () => {
    session.close();
    await channels.close();
    process.exit(0);
  };
  const info = kernelInfo(library, session.typescript);
  const served = new Kernel({ channels, session, scope, info, notice, exit });
  kernel = served;
  const complain = (error: unknown) =>
    void process.stderr.write(`${session.report(error).traceback.join("\n")}\n`);
  process.on("unhandledRejection", complain);
  process.on("uncaughtException", complain);
  channels.listen({
    request: (message, channel) => served.receive(message, channel),
    interrupt: (message) => served.noteInterrupt(message),
  });
  // Subscribers that came during the start are welcomed before anything else is published.
  await channels.settle();
  channels.publish("status", { execution_state: "idle" });
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
