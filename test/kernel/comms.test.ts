import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { type Extras, type Message, only, result, written } from "./client";
import { useKernel } from "./fixture";

const bench = useKernel();

/** What cells say to reach the kernel; the library does it through `kernelBridge()`. */
const BRIDGE = `(globalThis as any)[Symbol.for("recursivemas.kernel")]`;

/** Opens a line that answers "echo" with what came, and fails on "fail". */
const ECHO = (id: string) => `
const line = ${BRIDGE}.openComm("echo", { hello: 1 }, { id: ${JSON.stringify(id)}, metadata: { version: "2" } });
line.onMessage((data: any, buffers: readonly Uint8Array[]) => {
  console.log("heard", data.n);
  if (data.fail) throw new RangeError("cannot do " + data.n);
  line.send({ echo: data.n }, { metadata: { m: 1 }, buffers: buffers.map((one) => one.map((byte) => byte + 1)) });
});
line.onClose(() => console.log("closed"));
`;

const open = async (id: string) => {
  const exchange = await bench.kernel.execute(ECHO(id));
  expect(exchange.reply.status).toBe("ok");
  return exchange;
};

/** Sends a comm message; returns what was published because of it, up to idle. */
const tell = async (type: string, content: Record<string, unknown>, extras: Extras = {}) => {
  const id = await bench.kernel.send(type, content, "shell", extras);
  await idle(id);
  return caused(id);
};

const caused = (id: string): Message[] => bench.kernel.iopub.filter(({ parent }) => parent.msg_id === id);
const idle = (id: string) =>
  bench.kernel.until(() => caused(id).some(({ content }) => content.execution_state === "idle"), "idle");

describe("lines that a cell opens", () => {
  it("reach the page with data and metadata, as part of the cell", async () => {
    const exchange = await open("opened");
    const message = exchange.published.find(({ header }) => header.msg_type === "comm_open")!;
    expect(message.content).toEqual({ comm_id: "opened", target_name: "echo", data: { hello: 1 } });
    expect(message.metadata).toEqual({ version: "2" });
    const types = exchange.published.map(({ header }) => header.msg_type);
    expect(types).toEqual(["status", "execute_input", "comm_open", "status"]);
  });

  it("carry messages both ways, with binary frames", async () => {
    await open("both");
    const published = await tell(
      "comm_msg",
      { comm_id: "both", data: { n: 7 } },
      { buffers: [Uint8Array.of(1, 2, 255), new Uint8Array(0)] },
    );
    expect(published.map(({ header, content }) => content.execution_state ?? header.msg_type)).toEqual([
      "busy",
      "comm_msg",
      "idle",
    ]);
    const answer = published[1]!;
    expect(answer.content).toEqual({ comm_id: "both", data: { echo: 7 } });
    expect(answer.metadata).toEqual({ m: 1 });
    expect(answer.buffers.map((buffer) => [...buffer])).toEqual([[2, 3, 0], []]);
  });

  it("have their output under the cell that opened them", async () => {
    const cell = await open("output");
    const id = cell.published[0]!.parent.msg_id!;
    await bench.kernel.execute("'a later cell'");
    await tell("comm_msg", { comm_id: "output", data: { n: 1 } });
    await tell("comm_msg", { comm_id: "output", data: { n: 2 } });
    expect(written(await bench.kernel.outcome(id), "stdout")).toBe("heard 1\nheard 2\n");
  });

  it("show what a handler throws under that cell, on its line, and go on", async () => {
    const cell = await open("failing");
    const published = await tell("comm_msg", { comm_id: "failing", data: { n: 3, fail: true } });
    expect(published.map(({ content }) => content.execution_state)).toEqual(["busy", "idle"]);
    const text = stripVTControlCharacters(
      written(await bench.kernel.outcome(cell.published[0]!.parent.msg_id!), "stderr"),
    );
    expect(text).toContain("RangeError: cannot do 3");
    expect(text).toContain(`cell ${cell.reply.execution_count}, line 5`);
    const next = await tell("comm_msg", { comm_id: "failing", data: { n: 4 } });
    expect(next.find(({ header }) => header.msg_type === "comm_msg")!.content.data).toEqual({ echo: 4 });
  });

  it("are served in order while a cell awaits", async () => {
    await open("awaiting");
    const cell = await bench.kernel.send("execute_request", {
      code: `
const seen: number[] = [];
const enough = new Promise<void>((resolve) => line.onMessage((data: any) => {
  seen.push(data.n);
  if (seen.length === 20) resolve();
}));
await enough;
seen`,
    });
    await bench.kernel.until(
      () => caused(cell).some(({ header }) => header.msg_type === "execute_input"),
      "the cell",
    );
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    for (const n of numbers) await bench.kernel.send("comm_msg", { comm_id: "awaiting", data: { n } });
    const data = result(await bench.kernel.outcome(cell));
    expect(JSON.parse(data.replaceAll("\n", ""))).toEqual(numbers);
  });

  it("let Stop reach the work of a handler, each time anew", async () => {
    const cell = await bench.kernel.execute(`
const long = ${BRIDGE}.openComm("long", {}, { id: "long" });
long.onMessage(async () => {
  const { signal } = ${BRIDGE};
  console.log("begun", signal.aborted);
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  console.log("stopped");
});`);
    const output = async () =>
      written(await bench.kernel.outcome(cell.published[0]!.parent.msg_id!), "stdout");
    const once = "begun false\nstopped\n";
    for (const times of [1, 2]) {
      const id = await bench.kernel.send("comm_msg", { comm_id: "long", data: {} });
      await bench.kernel.until(
        () =>
          bench.kernel.published("stream").filter(({ content }) => content.text.includes("begun")).length >=
          times,
        "the handler",
      );
      await bench.kernel.ask("interrupt_request", {}, "control");
      await idle(id);
      expect(await output()).toBe(once.repeat(times));
    }
  });

  it("close from either side, and refuse to send afterwards", async () => {
    const cell = await open("closing");
    await tell("comm_close", { comm_id: "closing", data: {} });
    expect(written(await bench.kernel.outcome(cell.published[0]!.parent.msg_id!), "stdout")).toBe("closed\n");
    const refused = await bench.kernel.execute("line.send({})");
    expect(refused.reply.evalue).toContain('the comm to "echo" is closed');
    await open("closing");
    const closed = await bench.kernel.execute("line.close({ why: 'done' })");
    expect(only(closed, "comm_close")).toEqual({ comm_id: "closing", data: { why: "done" } });
    expect((await bench.kernel.ask("comm_info_request", {})).reply.comms).not.toHaveProperty("closing");
  });

  it("tell an id that is taken", async () => {
    await open("taken");
    expect((await bench.kernel.execute(ECHO("taken"))).reply.evalue).toContain('"taken" is open already');
  });
});

describe("lines that the page opens", () => {
  it("are closed again where nothing serves them", async () => {
    const published = await tell("comm_open", { comm_id: "c1", target_name: "nobody", data: {} });
    expect(published.map(({ header, content }) => content.execution_state ?? header.msg_type)).toEqual([
      "busy",
      "comm_close",
      "idle",
    ]);
    expect(published[1]!.content).toEqual({ comm_id: "c1", data: {} });
  });

  it("are served by a cell that said so", async () => {
    const cell = await bench.kernel.execute(
      `${BRIDGE}.serveComms("count", (comm: any, data: any) => {
  console.log("from", data.start);
  let n = data.start;
  comm.onMessage(() => comm.send({ n: ++n }));
});`,
    );
    await tell("comm_open", { comm_id: "c2", target_name: "count", data: { start: 5 } });
    expect(written(await bench.kernel.outcome(cell.published[0]!.parent.msg_id!), "stdout")).toBe("from 5\n");
    await tell("comm_msg", { comm_id: "c2", data: {} });
    const [, answer] = await tell("comm_msg", { comm_id: "c2", data: {} });
    expect(answer!.content).toEqual({ comm_id: "c2", data: { n: 7 } });
    const info = (content: Record<string, unknown>) => bench.kernel.ask("comm_info_request", content);
    expect((await info({ target_name: "count" })).reply).toEqual({
      status: "ok",
      comms: { c2: { target_name: "count" } },
    });
    expect((await info({ target_name: "other" })).reply.comms).toEqual({});
    expect((await info({})).reply.comms).toMatchObject({ c2: { target_name: "count" } });
  });

  it("are closed when opening them fails", async () => {
    const cell = await bench.kernel.execute(
      `${BRIDGE}.serveComms("bad", () => { throw new Error("not today"); });`,
    );
    const published = await tell("comm_open", { comm_id: "c3", target_name: "bad", data: {} });
    expect(published.map(({ header }) => header.msg_type)).toContain("comm_close");
    expect(written(await bench.kernel.outcome(cell.published[0]!.parent.msg_id!), "stderr")).toContain(
      "not today",
    );
  });

  it("take no harm from messages for nobody", async () => {
    await tell("comm_msg", { comm_id: "unknown", data: {} });
    await tell("comm_close", { comm_id: "unknown" });
    await tell("comm_msg", { comm_id: {}, data: 5 });
    expect((await bench.kernel.ask("kernel_info_request", {})).reply.status).toBe("ok");
  });
});
