import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildKernel, folderWith, LIBRARY } from "./build";
import { only, result, TestKernel, written } from "./client";

let main: string;
let library: string;
let notebooks: string;
let kernel: TestKernel;

beforeAll(async () => {
  main = buildKernel();
  library = folderWith(LIBRARY);
  notebooks = folderWith({
    "local.ts": "export const answer: number = 42;\n",
    "deep/broken.ts": [
      "interface Shape { sides: number }",
      "",
      "export function explode(shape: Shape): never {",
      '  throw new Error("no " + shape.sides);',
      "}",
    ].join("\n"),
    "user.ts": `import { evaluate, type Score } from "fake-library";\nexport const score = (): Promise<Score> => evaluate(4);\n`,
  });
  kernel = await TestKernel.start(main, notebooks, { RECURSIVEMAS_PRELOAD: library });
});

afterAll(() => {
  kernel?.close();
  rmSync(path.dirname(path.dirname(main)), { recursive: true, force: true });
  for (const folder of [library, notebooks]) rmSync(folder, { recursive: true, force: true });
});

describe("the protocol", () => {
  it("says what it is", async () => {
    const { reply } = await kernel.ask("kernel_info_request", {});
    expect(reply).toMatchObject({
      status: "ok",
      implementation: "recursivemas",
      implementation_version: "1.2.3",
    });
    expect(reply.language_info).toMatchObject({
      name: "typescript",
      file_extension: ".ts",
      mimetype: "text/typescript",
    });
    expect(reply.banner.split("\n")).toHaveLength(3);
  });

  it("echoes heartbeats while a cell keeps the process busy", async () => {
    const id = await kernel.send("execute_request", {
      code: "const end = Date.now() + 1500; while (Date.now() < end);",
    });
    await delay(400);
    expect(await kernel.heartbeat("still there?")).toBe("still there?");
    expect(
      kernel.iopub.some(({ parent, content }) => parent.msg_id === id && content.execution_state === "idle"),
    ).toBe(false);
    await kernel.outcome(id);
  });

  it("publishes busy, the input, the result and idle, in this order", async () => {
    const { reply, published } = await kernel.execute("const a: number = 20;\na + 1");
    expect(published.map(({ header, content }) => content.execution_state ?? header.msg_type)).toEqual([
      "busy",
      "execute_input",
      "execute_result",
      "idle",
    ]);
    expect(published[1]!.content).toEqual({
      code: "const a: number = 20;\na + 1",
      execution_count: reply.execution_count,
    });
    expect(published[2]!.content.data).toEqual({ "text/plain": "21" });
    expect(reply.status).toBe("ok");
  });

  it("keeps silent and unstored cells out of the count and the history", async () => {
    const before = (await kernel.execute("1")).reply.execution_count;
    const silent = await kernel.execute("'unheard'", { silent: true });
    expect(silent.published.map(({ header }) => header.msg_type)).toEqual(["status", "status"]);
    const unstored = await kernel.execute("'heard once'", { store_history: false });
    expect(result(unstored)).toBe("'heard once'");
    expect((await kernel.execute("2")).reply.execution_count).toBe(before + 1);
    const { reply } = await kernel.ask("history_request", { hist_access_type: "tail", n: 2, output: true });
    expect(reply.history).toEqual([
      [1, before, ["1", "1"]],
      [1, before + 1, ["2", "2"]],
    ]);
  });

  it("finds inputs of the past by pattern", async () => {
    await kernel.execute("const searched = 1;");
    await kernel.execute("const searched = 1;");
    const search = { hist_access_type: "search", pattern: "*searched*", output: false };
    expect((await kernel.ask("history_request", search)).reply.history).toHaveLength(2);
    expect((await kernel.ask("history_request", { ...search, unique: true })).reply.history).toHaveLength(1);
  });

  it("closes comms that nothing here serves", async () => {
    const id = await kernel.send("comm_open", { comm_id: "c1", target_name: "nobody", data: {} });
    await kernel.until(() => kernel.published("comm_close").length > 0, "comm_close");
    const closed = kernel.published("comm_close")[0]!;
    expect([closed.parent.msg_id, closed.content.comm_id]).toEqual([id, "c1"]);
    expect((await kernel.ask("comm_info_request", {})).reply).toEqual({ status: "ok", comms: {} });
  });

  it("asks the reader for input", async () => {
    const id = await kernel.send("execute_request", {
      code: 'await input("Name? ", { password: true })',
      allow_stdin: true,
    });
    expect(await kernel.answerInput("Ada")).toEqual({ prompt: "Name? ", password: true });
    expect(result(await kernel.outcome(id))).toBe("'Ada'");
    const refused = await kernel.execute("await input()", { allow_stdin: false });
    expect(refused.reply.evalue).toContain("allow_stdin");
  });
});

describe("values", () => {
  it("awaits a promise that ends a cell", async () => {
    expect(result(await kernel.execute("Promise.resolve(6 * 7)"))).toBe("42");
  });

  it("fails a cell that ends with a promise that fails", async () => {
    const { reply } = await kernel.execute("Promise.reject(new TypeError('no such thing'))");
    expect(reply).toMatchObject({ status: "error", ename: "TypeError", evalue: "no such thing" });
  });

  it("lets objects show themselves", async () => {
    const { data } = only(await kernel.execute('new Agent("solver")'), "execute_result");
    expect(data).toEqual({ "text/html": "<b>solver</b>", "text/plain": "an agent" });
  });

  it("says nothing when there is nothing to say", async () => {
    expect((await kernel.execute("undefined")).published.map(({ header }) => header.msg_type)).not.toContain(
      "execute_result",
    );
  });

  it("updates a display in place", async () => {
    const exchange = await kernel.execute("progress()");
    expect(only(exchange, "display_data")).toMatchObject({
      data: { "text/plain": "0 %" },
      transient: { display_id: "bar" },
    });
    expect(only(exchange, "update_display_data")).toMatchObject({
      data: { "text/plain": "100 %" },
      transient: { display_id: "bar" },
    });
  });

  it("serves tslab's own display", async () => {
    const exchange = await kernel.execute(
      'import * as tslab from "tslab";\ntslab.display.html("<i>hi</i>");',
    );
    expect(only(exchange, "display_data").data).toEqual({ "text/html": "<i>hi</i>" });
  });

  it("clears outputs", async () => {
    expect(only(await kernel.execute("clearOutput({ wait: true })"), "clear_output")).toEqual({ wait: true });
  });

  it("puts late output under the cell that wrote it", async () => {
    const early = await kernel.send("execute_request", {
      code: "setTimeout(() => console.log('late'), 600);",
    });
    await kernel.outcome(early);
    const later = await kernel.execute(
      "await new Promise((r) => setTimeout(r, 1000)); console.error('mine');",
    );
    expect(written(later, "stdout")).toBe("");
    expect(written(later, "stderr")).toBe("mine\n");
    expect(written(await kernel.outcome(early), "stdout")).toBe("late\n");
  });
});

describe("streams", () => {
  it("keeps every line of a long loop, in fewer messages than lines", async () => {
    const exchange = await kernel.execute("for (let i = 0; i < 5000; i++) console.log(i);");
    const lines = Array.from({ length: 5000 }, (_, i) => `${i}\n`);
    expect(written(exchange, "stdout")).toBe(lines.join(""));
    expect(exchange.published.length).toBeLessThan(2500);
  });

  it("keeps the order of the two streams and of displays", async () => {
    const code = 'console.log("a"); console.error("b"); progress(); console.log("c");';
    const { published } = await kernel.execute(code);
    const shown = published.map(({ content }) => content.text ?? content.data?.["text/plain"]);
    expect(shown.filter((text) => text !== undefined)).toEqual(["a\n", "b\n", "0 %", "100 %", "c\n"]);
  });
});

describe("errors", () => {
  it("names the error, and the line of TypeScript it came from", async () => {
    const code = [
      "interface Point { x: number; y: number }",
      "",
      "const far = (p: Point): number => {",
      "  const size: number = p.x + p.y;",
      '  throw new RangeError("too far: " + size);',
      "};",
      "await Promise.resolve();",
      "far({ x: 1, y: 2 });",
    ].join("\n");
    const exchange = await kernel.execute(code);
    const error = only(exchange, "error");
    expect(error).toMatchObject({ ename: "RangeError", evalue: "too far: 3" });
    expect(exchange.reply).toMatchObject({ status: "error", ename: "RangeError", evalue: "too far: 3" });
    expect(exchange.reply.traceback).toEqual(error.traceback);
    const lines = error.traceback.join("\n").split("\n").map(stripVTControlCharacters);
    const cell = `cell ${exchange.reply.execution_count}`;
    expect(lines[0]).toBe("RangeError: too far: 3");
    expect(lines[1]).toBe(`${cell}, line 5`);
    expect(lines).toContain('> 5 |   throw new RangeError("too far: " + size);');
    expect(lines.filter((line: string) => /^\s+at /.test(line)).map((line: string) => line.trim())).toEqual([
      `at far (${cell}:5:9)`,
      `at ${cell}:8:1`,
    ]);
  });

  it("keeps line numbers of functions that older cells defined", async () => {
    const { reply } = await kernel.execute("type Unused = string;\nfunction older() {\n  return fail();\n}");
    const failed = await kernel.execute("\n\nolder();");
    const text = stripVTControlCharacters(failed.reply.traceback.join("\n"));
    expect(text).toContain(`at older (cell ${reply.execution_count}:3:10)`);
    expect(text).toContain(`at cell ${failed.reply.execution_count}:3:1`);
    expect(text).not.toContain("node:vm");
  });

  it("keeps line numbers of local files", async () => {
    const { reply } = await kernel.execute(
      'import { explode } from "./deep/broken";\nexplode({ sides: 3 });',
    );
    expect(stripVTControlCharacters(reply.traceback.join("\n"))).toContain("at explode (deep/broken.ts:4:9)");
  });

  it("reports what the compiler rejects, and runs nothing of it", async () => {
    const { reply } = await kernel.execute("console.log('ran');\nconst wrong: number = 'text';");
    expect(reply.ename).toBe("TypeScriptError");
    expect(reply.evalue).toBe("line 2, column 7: Type 'string' is not assignable to type 'number'.");
  });

  it("drops the cells that were waiting, and no others", async () => {
    const ids: string[] = [];
    for (const code of ["throw new Error('stop here')", "1", "2"]) {
      ids.push(await kernel.send("execute_request", { code }));
    }
    const [first, ...waiting] = await Promise.all(ids.map((id) => kernel.outcome(id)));
    expect(first!.reply.status).toBe("error");
    expect(waiting.map(({ reply }) => reply.status)).toEqual(["aborted", "aborted"]);
    expect(result(await kernel.execute("3"))).toBe("3");
  });

  it("runs two cells sent right after a failure was seen", async () => {
    const failing = await kernel.send("execute_request", { code: "throw new Error('seen')" });
    await kernel.until(
      () => kernel.published("error").some(({ parent }) => parent.msg_id === failing),
      "the error",
    );
    const ids = [
      await kernel.send("execute_request", { code: "'one'" }),
      await kernel.send("execute_request", { code: "'two'" }),
    ];
    const outcomes = await Promise.all(ids.map((id) => kernel.outcome(id)));
    expect(outcomes.map(result)).toEqual(["'one'", "'two'"]);
  });

  it("goes on after a failure when stop_on_error is off", async () => {
    const failing = await kernel.send("execute_request", { code: "throw 1", stop_on_error: false });
    const next = await kernel.send("execute_request", { code: "'still here'" });
    expect((await kernel.outcome(failing)).reply).toMatchObject({ ename: "Thrown", evalue: "1" });
    expect(result(await kernel.outcome(next))).toBe("'still here'");
  });
});

describe("help", () => {
  it("completes members, and counts positions in code points", async () => {
    const code = 'const face = "😀"; "text".toUpp';
    const { reply } = await kernel.ask("complete_request", { code, cursor_pos: Array.from(code).length });
    expect(reply.matches).toContain("toUpperCase");
    expect(Array.from(code).slice(reply.cursor_start, reply.cursor_end).join("")).toBe("toUpp");
  });

  it("completes what the library exports", async () => {
    const { reply } = await kernel.ask("complete_request", { code: "evalua", cursor_pos: 6 });
    expect(reply.matches).toContain("evaluate");
  });

  it.each([
    ["on the name", "evaluate(20)", 4],
    ["inside its parentheses", "evaluate(20, [1", 15],
  ])("explains a function of the library %s", async (_where, code, cursor_pos) => {
    const { reply } = await kernel.ask("inspect_request", { code, cursor_pos, detail_level: 0 });
    expect(reply.found).toBe(true);
    expect(reply.data["text/plain"]).toContain("evaluate(questions: number): Promise<Score>");
    expect(reply.data["text/plain"]).toContain("Grades a system on a number of questions.");
    expect(reply.data["text/markdown"]).toContain("await evaluate(20)");
  });

  it("finds nothing where there is nothing", async () => {
    const { reply } = await kernel.ask("inspect_request", { code: "   ", cursor_pos: 1 });
    expect(reply).toMatchObject({ status: "ok", found: false });
  });

  it.each([
    ["const x = 1;", "complete"],
    ["function f(x: number) {", "incomplete"],
    ["const s = `open", "incomplete"],
    ["function function", "invalid"],
  ])("judges %j as %s", async (code, status) => {
    expect((await kernel.ask("is_complete_request", { code })).reply.status).toBe(status);
  });

  it("completes while a cell waits, and says afterwards that the cell still runs", async () => {
    const id = await kernel.send("execute_request", {
      code: "await new Promise((r) => setTimeout(r, 1500));",
    });
    const { reply } = await kernel.ask("complete_request", { code: "evalua", cursor_pos: 6 });
    expect(reply.matches).toContain("evaluate");
    await kernel.until(() => kernel.iopub.at(-1)!.parent.msg_id === id, "busy");
    expect(kernel.iopub.at(-1)!.content.execution_state).toBe("busy");
    await kernel.outcome(id);
  });
});

describe("the library and local files", () => {
  it("has values and types in scope with no import", async () => {
    const code =
      'const role: Role = "planner";\nconst seen: Score = await evaluate(2);\n[role, seen.accuracy]';
    expect(result(await kernel.execute(code))).toBe("[ 'planner', 0.5 ]");
    expect((await kernel.execute("const bad: Role = 'cook';")).reply.ename).toBe("TypeScriptError");
  });

  it("lets a cell declare a name of the library anew", async () => {
    expect(result(await kernel.execute("const count = 3;\ncount * 2"))).toBe("6");
    expect(result(await kernel.execute("count + 1"))).toBe("4");
    await kernel.execute('import { count } from "fake-library";');
    expect(result(await kernel.execute("typeof count"))).toBe("'function'");
  });

  it("knows variables of earlier cells in shorthand properties, read and assigned", async () => {
    await kernel.execute("const planner = 1; let critic = 2;");
    expect(result(await kernel.execute("({ planner, critic })"))).toBe("{ planner: 1, critic: 2 }");
    await kernel.execute("({ critic } = { critic: 5 });");
    await kernel.execute("({ critic = 7 } = {} as { critic?: number });");
    expect(
      result(await kernel.execute("const pair = (planner: string) => ({ planner, critic });\npair('p')")),
    ).toBe("{ planner: 'p', critic: 7 }");
  });

  it("awaits a parenthesis at the top of a cell, and only there", async () => {
    expect(result(await kernel.execute("const five = await (async () => 5)();\nfive"))).toBe("5");
    expect(result(await kernel.execute("const later = async () => await (6);\ntypeof later"))).toBe(
      "'function'",
    );
  });

  it("imports files beside the notebook, and reads them again when they change", async () => {
    const code = 'import { answer } from "./local";\nanswer';
    expect(result(await kernel.execute(code))).toBe("42");
    writeFileSync(path.join(notebooks, "local.ts"), "export const answer: string = 'forty-three';\n");
    expect(result(await kernel.execute(code))).toBe("'forty-three'");
  });

  it("finds the library from local files too", async () => {
    expect(result(await kernel.execute('import { score } from "./user";\n(await score()).accuracy'))).toBe(
      "0.25",
    );
  });

  it("knows Node's own modules and globals", async () => {
    expect(result(await kernel.execute('import * as os from "node:os";\ntypeof os.cpus().length'))).toBe(
      "'number'",
    );
    expect(result(await kernel.execute("[1, 2, 3].findLast((x) => x < 3)"))).toBe("2");
  });
});

describe("stopping", () => {
  const press = {
    SIGINT: async () => void kernel.child.kill("SIGINT"),
    interrupt_request: async () => {
      const { reply } = await kernel.ask("interrupt_request", {}, "control");
      expect(reply.status).toBe("ok");
    },
  };

  const running = (id: string) =>
    kernel.until(
      () =>
        kernel.iopub.some(
          ({ header, parent }) => header.msg_type === "execute_input" && parent.msg_id === id,
        ),
      "the cell to run",
    );

  it.each(["SIGINT", "interrupt_request"] as const)("%s lets a loop end with what it has", async (way) => {
    const id = await kernel.send("execute_request", { code: "await count(1000)" });
    await running(id);
    await delay(500);
    await press[way]();
    const exchange = await kernel.outcome(id);
    expect(result(exchange)).toMatch(/^\{ counted: \d+, stopped: true \}$/);
    expect(result(await kernel.execute("'alive'"))).toBe("'alive'");
  });

  it.each(["SIGINT", "interrupt_request"] as const)("%s breaks a cell that never awaits", async (way) => {
    await kernel.execute("let kept = 'kept';");
    const id = await kernel.send("execute_request", { code: "while (true);" });
    await running(id);
    await delay(700);
    await press[way]();
    const { reply } = await kernel.outcome(id);
    expect(reply).toMatchObject({ status: "error", ename: "Interrupted" });
    expect(result(await kernel.execute("kept"))).toBe("'kept'");
  });

  it("ends a cell that takes no notice of its signal", async () => {
    const id = await kernel.send("execute_request", { code: "await new Promise(() => {})" });
    await running(id);
    await delay(500);
    await press.SIGINT();
    const { reply } = await kernel.outcome(id);
    expect(reply).toMatchObject({ status: "error", ename: "Interrupted" });
    expect(result(await kernel.execute("'alive'"))).toBe("'alive'");
  });

  it("reaches work that went on behind its cell", async () => {
    await kernel.execute("const signalOfThen = cellSignal(); 0");
    expect(result(await kernel.execute("signalOfThen.aborted"))).toBe("false");
    await press.interrupt_request();
    expect(result(await kernel.execute("signalOfThen.aborted"))).toBe("true");
  });

  it("does no harm between cells", async () => {
    await press.SIGINT();
    expect(result(await kernel.execute("cellSignal().aborted"))).toBe("false");
  });
});

describe("the end", () => {
  it("survives errors that no cell waits for", async () => {
    const id = await kernel.send("execute_request", {
      code: "setTimeout(() => { throw new Error('lost'); }, 10);",
    });
    await kernel.outcome(id);
    await kernel.until(
      () => kernel.published("stream").some(({ content }) => content.text.includes("lost")),
      "the complaint",
    );
    expect(result(await kernel.execute("'alive'"))).toBe("'alive'");
  });

  it("shuts down on request", async () => {
    const { reply } = await kernel.ask("shutdown_request", { restart: true }, "control");
    expect(reply).toEqual({ status: "ok", restart: true });
    expect(await kernel.exited()).toBe(0);
  });
});
