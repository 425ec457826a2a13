import { describe, expect, it } from "vitest";
import { only, result, written } from "./client";
import { useKernel } from "./fixture";

const bench = useKernel();

describe("running a cell", () => {
  it("publishes busy, the input, the result and idle, in this order", async () => {
    const { reply, published } = await bench.kernel.execute("const a: number = 20;\na + 1");
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
    expect(published[2]!.content).toEqual({
      execution_count: reply.execution_count,
      data: { "text/plain": "21" },
      metadata: {},
    });
    expect(reply).toEqual({
      status: "ok",
      execution_count: expect.any(Number),
      user_expressions: {},
      payload: [],
    });
  });

  it("counts the cells", async () => {
    const first = (await bench.kernel.execute("1")).reply.execution_count;
    expect((await bench.kernel.execute("2")).reply.execution_count).toBe(first + 1);
    expect((await bench.kernel.execute("throw 3")).reply.execution_count).toBe(first + 2);
  });

  it("names the request as the parent of everything that it causes", async () => {
    const { published } = await bench.kernel.execute("console.log('a'); 'b'");
    for (const { parent, header } of published) {
      expect(parent).toMatchObject({ msg_type: "execute_request", session: bench.kernel.session });
      expect(header.version).toBe("5.4");
    }
  });

  it("keeps silent and unstored cells out of the count and the history", async () => {
    const before = (await bench.kernel.execute("1")).reply.execution_count;
    const silent = await bench.kernel.execute("'unheard'", { silent: true });
    expect(silent.published.map(({ header }) => header.msg_type)).toEqual(["status", "status"]);
    const unstored = await bench.kernel.execute("'heard once'", { store_history: false });
    expect(result(unstored)).toBe("'heard once'");
    expect((await bench.kernel.execute("2")).reply.execution_count).toBe(before + 1);
    const { reply } = await bench.kernel.ask("history_request", {
      hist_access_type: "tail",
      n: 2,
      output: true,
    });
    expect(reply.history).toEqual([
      [1, before, ["1", "1"]],
      [1, before + 1, ["2", "2"]],
    ]);
  });
});

describe("expressions sent along with a cell", () => {
  const evaluate = async (user_expressions: Record<string, string>, code = "") =>
    (await bench.kernel.execute(code, { user_expressions })).reply;

  it("are evaluated after it, with its variables", async () => {
    const { user_expressions } = await evaluate(
      { sum: "left + 1", later: "Promise.resolve(left)", who: 'new Agent("solver")', nothing: "null" },
      "const left = 6;",
    );
    expect(user_expressions).toEqual({
      sum: { status: "ok", data: { "text/plain": "7" }, metadata: {} },
      later: { status: "ok", data: { "text/plain": "6" }, metadata: {} },
      who: { status: "ok", data: { "text/html": "<b>solver</b>", "text/plain": "an agent" }, metadata: {} },
      nothing: { status: "ok", data: { "text/plain": "null" }, metadata: {} },
    });
  });

  it("fail one by one, and not the cell", async () => {
    const reply = await evaluate({
      bad: "noSuchName",
      thrown: "fail()",
      statement: "const x = 1",
      good: "1 + 1",
    });
    expect(reply.status).toBe("ok");
    const { bad, thrown, statement, good } = reply.user_expressions;
    expect(bad).toMatchObject({ status: "error", ename: "TypeScriptError" });
    expect(bad.evalue).toContain("noSuchName");
    expect(thrown).toMatchObject({ status: "error", ename: "RangeError", evalue: "too far" });
    expect(thrown.traceback[0]).toContain("too far");
    expect(statement.status).toBe("error");
    expect(good.data).toEqual({ "text/plain": "2" });
  });

  it("add nothing to the count, the history and the outputs", async () => {
    const before = await bench.kernel.execute("'before'");
    const exchange = await bench.kernel.execute("", { user_expressions: { a: "1 + 1" } });
    expect(exchange.published.map(({ header }) => header.msg_type)).not.toContain("execute_result");
    const after = await bench.kernel.execute("'after'");
    expect(after.reply.execution_count).toBe(before.reply.execution_count + 2);
    const { reply } = await bench.kernel.ask("history_request", { hist_access_type: "tail", n: 3 });
    expect(reply.history.map((entry: unknown[]) => entry[2])).toEqual(["'before'", "", "'after'"]);
  });

  it("are left alone when the cell fails", async () => {
    const reply = await evaluate({ a: "console.log('ran')" }, "throw new Error('first')");
    expect(reply).toMatchObject({ status: "error", evalue: "first", user_expressions: {} });
  });
});

describe("the history", () => {
  it("gives the newest, a range, and what fits a pattern", async () => {
    const { reply } = await bench.kernel.execute("const searched = 1;");
    await bench.kernel.execute("const searched = 1;");
    const first: number = reply.execution_count;
    const ask = async (content: Record<string, unknown>) =>
      (await bench.kernel.ask("history_request", content)).reply.history;
    const [one, two] = [first, first + 1].map((line) => [1, line, "const searched = 1;"]);
    expect(await ask({ hist_access_type: "tail", n: 1 })).toEqual([two]);
    expect(await ask({ hist_access_type: "tail", n: 0 })).toEqual([]);
    expect(await ask({ hist_access_type: "range", session: 0, start: first, stop: first + 1 })).toEqual([
      one,
    ]);
    expect(await ask({ hist_access_type: "range", session: -1, start: 1, stop: 9 })).toEqual([]);
    expect(await ask({ hist_access_type: "search", pattern: "*search?d*" })).toEqual([one, two]);
    expect(await ask({ hist_access_type: "search", pattern: "*search?d*", unique: true })).toEqual([two]);
    expect(await ask({ hist_access_type: "search", pattern: "search" })).toEqual([]);
  });
});

describe("input", () => {
  it("asks the reader, who may be allowed to hide what is typed", async () => {
    const id = await bench.kernel.send("execute_request", {
      code: 'await input("Name? ", { password: true })',
      allow_stdin: true,
    });
    expect(await bench.kernel.answerInput("Ada")).toEqual({ prompt: "Name? ", password: true });
    expect(result(await bench.kernel.outcome(id))).toBe("'Ada'");
  });

  it("is refused where the front end takes none", async () => {
    const refused = await bench.kernel.execute("await input()", { allow_stdin: false });
    expect(refused.reply.evalue).toContain("allow_stdin");
    expect(only(refused, "error").evalue).toBe(refused.reply.evalue);
    expect(written(refused, "stdout")).toBe("");
  });
});
