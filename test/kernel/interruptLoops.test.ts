import { setTimeout as delay } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { type Exchange, result } from "./client";
import { useKernel } from "./fixture";

const bench = useKernel({
  "spin.ts": [
    "export async function spin(): Promise<void> {",
    "  await Promise.resolve();",
    "  console.log('go');",
    "  for (let turn = 0; ; turn++);",
    "}",
  ].join("\n"),
});

/** Starts a cell and waits until it has printed "go". */
async function start(code: string): Promise<string> {
  const id = await bench.kernel.send("execute_request", { code });
  await bench.kernel.until(() => printed(id).includes("go"), "the cell to go");
  return id;
}

const printed = (id: string) =>
  bench.kernel.iopub
    .filter(({ header, parent }) => header.msg_type === "stream" && parent.msg_id === id)
    .map(({ content }) => content.text)
    .join("");

async function stop(): Promise<void> {
  const { reply } = await bench.kernel.ask("interrupt_request", {}, "control");
  expect(reply.status).toBe("ok");
}

/** Runs a cell, presses Stop once when it goes, and waits for its end. */
async function stopped(code: string): Promise<Exchange> {
  const id = await start(code);
  await stop();
  return bench.kernel.outcome(id);
}

const traceback = ({ reply }: Exchange) => stripVTControlCharacters(reply.traceback.join("\n"));

describe("Stop ends a synchronous loop", () => {
  it.each([
    ["after an await", "await null; console.log('go'); while (true);"],
    [
      "in the callback of a promise",
      "await Promise.resolve().then(() => { console.log('go'); do {} while (true); });",
    ],
    [
      "in a timer that the cell awaits",
      "await new Promise<void>((_, reject) => setTimeout(() => { console.log('go'); try { for (;;) {} } catch (e) { reject(e) } }));",
    ],
    [
      "in a generator",
      "await null; function* all() { for (;;) yield 1; } console.log('go'); for (const _ of all());",
    ],
    [
      "that only catches",
      "await null; console.log('go'); for (;;) { try { for (;;) { if (Math.random() > 2) break; } } catch {} }",
    ],
    [
      "with labels and continue",
      "await null; console.log('go'); outer: for (const a of [1, 2, 3]) { for (;;) { if (a < 3) continue outer; } }",
    ],
    ["of a local file", 'import { spin } from "./spin"; await spin();'],
    ["between awaits that never let the event loop turn", "console.log('go'); for (;;) await null;"],
  ])("%s", async (_where, code) => {
    await bench.kernel.execute("let kept = 'kept';");
    const { reply } = await stopped(code);
    expect(reply).toMatchObject({ status: "error", ename: "Interrupted" });
    expect(
      result(await bench.kernel.execute("let sum = 0; for (let i = 0; i < 5; i++) sum += i; [kept, sum]")),
    ).toBe("[ 'kept', 10 ]");
  });

  it("says at which line of the cell", async () => {
    const exchange = await stopped(
      "await null;\nconsole.log('go');\nconst spin = () => {\n  for (;;) {}\n};\nspin();",
    );
    const cell = `cell ${exchange.reply.execution_count}`;
    const text = traceback(exchange);
    expect(text).toContain("Interrupted: the cell was stopped; variables of earlier cells are kept");
    expect(text).toContain(`${cell}, line 4`);
    expect(text).toContain(`at spin (${cell}:4:3)`);
    expect(text).toContain(`at ${cell}:6:1`);
    expect(text).not.toContain("interrupt.js");
  });

  it("that an earlier cell left to a timer", async () => {
    const { reply } = await bench.kernel.execute(
      "let turns = 0; let ticks = 0; let looping = true;\n" +
        "const timer = setInterval(() => { ticks++; while (looping) turns++; }, 50); 0",
    );
    expect(reply.status).toBe("ok");
    await delay(200);
    await stop();
    await bench.kernel.execute("const turnsThen = turns; const ticksThen = ticks;");
    const later = "await new Promise((r) => setTimeout(r, 300));\n[turns === turnsThen, ticks > ticksThen]";
    expect(result(await bench.kernel.execute(later))).toBe("[ true, true ]");
    await bench.kernel.execute("clearInterval(timer); 0");
    const complaints = bench.kernel.published("stream").map(({ content }) => content.text);
    expect(complaints.join("").match(/Interrupted/g)).toHaveLength(1);
  });
});

describe("Stop and work that awaits", () => {
  const COUNTING = "for (;;) { counter++; await new Promise((r) => setTimeout(r, 5)); }";

  it("leaves no loop running behind a cell that takes no notice", async () => {
    await bench.kernel.execute("let counter = 0;");
    const { reply } = await stopped(`console.log('go'); ${COUNTING}`);
    expect(reply).toMatchObject({ status: "error", ename: "Interrupted" });
    const before = result(await bench.kernel.execute("counter"));
    const after = await bench.kernel.execute("await new Promise((r) => setTimeout(r, 500)); counter");
    expect(result(after)).toBe(before);
  });

  it("leaves no loop running that catches what stops it", async () => {
    await bench.kernel.execute("counter = 0;");
    const code = `console.log('go'); for (;;) { try { ${COUNTING} } catch {} }`;
    expect((await stopped(code)).reply.ename).toBe("Interrupted");
    const before = result(await bench.kernel.execute("counter"));
    const after = await bench.kernel.execute("await new Promise((r) => setTimeout(r, 500)); counter");
    expect(result(after)).toBe(before);
  });

  it("lets an awaiting loop that watches its signal return what it has", async () => {
    const exchange = await stopped(
      "const signal = cellSignal(); let steps = 0; console.log('go');\n" +
        "while (!signal.aborted) { steps++; await new Promise((r) => setTimeout(r, 5)); }\n({ partial: steps > 0 })",
    );
    expect(result(exchange)).toBe("{ partial: true }");
  });

  it("lets a loop that never yields, but watches its signal, return what it has", async () => {
    const exchange = await stopped(
      "const signal = cellSignal(); let steps = 0; await null; console.log('go');\n" +
        "while (!signal.aborted) steps++;\n({ partial: steps > 0 })",
    );
    expect(result(exchange)).toBe("{ partial: true }");
  });

  it("gives work that asked for its signal time to end, and none after a second press", async () => {
    const id = await start(
      "const ending = cellSignal(); ending.addEventListener('abort', () => console.log('told'));\n" +
        "console.log('go'); await new Promise(() => {});",
    );
    await stop();
    await bench.kernel.until(() => printed(id).includes("told"), "the signal");
    expect(
      bench.kernel.iopub.some(({ header, parent }) => header.msg_type === "error" && parent.msg_id === id),
    ).toBe(false);
    await stop();
    expect((await bench.kernel.outcome(id)).reply.ename).toBe("Interrupted");
  });

  it("ends a loop that blocks after a press it was told of", async () => {
    const id = await start(
      "const heard = cellSignal(); console.log('go');\n" +
        "await new Promise((r) => heard.addEventListener('abort', r)); for (;;) {}",
    );
    await stop();
    expect((await bench.kernel.outcome(id)).reply.ename).toBe("Interrupted");
  });
});

describe("Stop and the next cell", () => {
  it("stops nothing of a cell that begins after it", async () => {
    await stop();
    const loop =
      "let n = 0; for (let i = 0; i < 1e6; i++) n++; await null; for (let i = 0; i < 1e6; i++) n++; n";
    expect(result(await bench.kernel.execute(loop))).toBe("2000000");
  });

  it("lets what a cell that ended by itself left behind go on", async () => {
    await stopped(
      "let beats = 0; setInterval(() => { for (const one of [1]) beats += one; }, 20).unref();\n" +
        "const beating = cellSignal(); console.log('go'); while (!beating.aborted) await new Promise((r) => setTimeout(r, 5));",
    );
    await bench.kernel.execute("const beatsThen = beats;");
    expect(
      result(await bench.kernel.execute("await new Promise((r) => setTimeout(r, 300)); beats > beatsThen")),
    ).toBe("true");
  });
});

describe("Stop, pressed twice,", () => {
  it("ends a call that neither awaits nor loops", async () => {
    const id = await start(
      "console.log('go'); const slowly = (n: number): number => n < 2 ? n : slowly(n - 1) + slowly(n - 2); slowly(60)",
    );
    // their replies come from the control thread; this one says nothing until the call has ended
    await bench.kernel.send("interrupt_request", {}, "control");
    await bench.kernel.send("interrupt_request", {}, "control");
    expect((await bench.kernel.outcome(id)).reply.ename).toBe("Interrupted");
    expect(result(await bench.kernel.execute("cellSignal().aborted"))).toBe("false");
  });
});

describe("a SIGINT from outside", () => {
  it("ends a waiting cell and leaves none of its loops running", async () => {
    await bench.kernel.execute("let counter = 0;");
    const id = await start(
      "await new Promise((r) => setTimeout(r, 20)); console.log('go'); for (;;) { counter++; await new Promise((r) => setTimeout(r, 5)); }",
    );
    bench.kernel.child.kill("SIGINT");
    expect((await bench.kernel.outcome(id)).reply.ename).toBe("Interrupted");
    const before = result(await bench.kernel.execute("counter"));
    const after = await bench.kernel.execute("await new Promise((r) => setTimeout(r, 300)); counter");
    expect(result(after)).toBe(before);
  });

  it("reaches the part of a cell before its first await, also in calls without a loop", async () => {
    const id = await start(
      "console.log('go'); const slow = (n: number): number => n < 2 ? n : slow(n - 1) + slow(n - 2); slow(60)",
    );
    bench.kernel.child.kill("SIGINT");
    expect((await bench.kernel.outcome(id)).reply.ename).toBe("Interrupted");
  });
});

it("guards leave loops what they are", async () => {
  const code = [
    "const seen: unknown[] = [];",
    "const later: (() => number)[] = [];",
    "for (let i = 0; i < 3; i++) later.push(() => i);",
    "outer: for (const a of [1, 2, 3]) { for (const b of [1, 2]) { if (b === 2) continue outer; if (a === 3) break outer; seen.push(a * 10 + b); } }",
    "let k = 3; do k--; while (k > 0);",
    "for (const key in { x: 1, y: 2 }) seen.push(key);",
    "async function* slowly() { for (const n of [7, 8]) yield n; }",
    "for await (const n of slowly()) seen.push(n);",
    "const alone = new Function('return ' + (function () { let n = 0; while (n < 4) n++; return n; }).toString())()();",
    "[...seen, ...later.map((f) => f()), k, alone]",
  ].join("\n");
  expect(result(await bench.kernel.execute(code)).replace(/\s+/g, " ")).toBe(
    "[ 11, 21, 'x', 'y', 7, 8, 0, 1, 2, 0, 4 ]",
  );
});
