import { describe, expect, it } from "vitest";
import { result, written } from "./client";
import { useKernel } from "./fixture";

const bench = useKernel();

describe("help", () => {
  it("completes members, and counts positions in code points", async () => {
    const code = 'const face = "😀"; "text".toUpp';
    const { reply } = await bench.kernel.ask("complete_request", {
      code,
      cursor_pos: Array.from(code).length,
    });
    expect(reply.matches).toContain("toUpperCase");
    expect(Array.from(code).slice(reply.cursor_start, reply.cursor_end).join("")).toBe("toUpp");
  });

  it("completes what the library exports", async () => {
    const { reply } = await bench.kernel.ask("complete_request", { code: "evalua", cursor_pos: 6 });
    expect(reply.matches).toContain("evaluate");
    const typed = reply.metadata._jupyter_types_experimental as { text: string; type: string }[];
    expect(typed.find(({ text }) => text === "evaluate")?.type).toBe("function");
  });

  it.each([
    ["on the name", "evaluate(20)", 4],
    ["inside its parentheses", "evaluate(20, [1", 15],
  ])("explains a function of the library %s", async (_where, code, cursor_pos) => {
    const { reply } = await bench.kernel.ask("inspect_request", { code, cursor_pos, detail_level: 0 });
    expect(reply.found).toBe(true);
    expect(reply.data["text/plain"]).toContain("evaluate(questions: number): Promise<Score>");
    expect(reply.data["text/plain"]).toContain("Grades a system on a number of questions.");
    expect(reply.data["text/markdown"]).toContain("await evaluate(20)");
  });

  it("labels the parts of a documentation, and says nothing of imports and links", async () => {
    const { reply } = await bench.kernel.ask("inspect_request", { code: "evaluate", cursor_pos: 8 });
    expect(reply.data["text/plain"]).toBe(
      [
        "function evaluate(questions: number): Promise<Score>",
        "",
        "Grades a system on a number of questions.",
        "@param questions How many to ask, at least 1.",
        "Returns: The share that was right, as Score holds it.",
        "Throws: RangeError when there are none",
        "Example:",
        "await evaluate(20)",
      ].join("\n"),
    );
    expect(reply.data["text/markdown"]).toMatch(
      /^```typescript\nfunction evaluate.*Promise<Score>\n```\n\nGrades/,
    );
    expect(reply.data["text/markdown"]).toContain("*@throws* RangeError when there are none");
  });

  it("finds nothing where there is nothing", async () => {
    const { reply } = await bench.kernel.ask("inspect_request", { code: "   ", cursor_pos: 1 });
    expect(reply).toMatchObject({ status: "ok", found: false });
  });

  it.each([
    ["const x = 1;", "complete"],
    ["function f(x: number) {", "incomplete"],
    ["const s = `open", "incomplete"],
    ["function function", "invalid"],
  ])("judges %j as %s", async (code, status) => {
    expect((await bench.kernel.ask("is_complete_request", { code })).reply.status).toBe(status);
  });

  it("completes while a cell waits, and says afterwards that the cell still runs", async () => {
    const id = await bench.kernel.send("execute_request", { code: "await input()", allow_stdin: true });
    const { reply } = await bench.kernel.ask("complete_request", { code: "evalua", cursor_pos: 6 });
    expect(reply.matches).toContain("evaluate");
    await bench.kernel.until(() => bench.kernel.iopub.at(-1)!.parent.msg_id === id, "busy");
    expect(bench.kernel.iopub.at(-1)!.content.execution_state).toBe("busy");
    await bench.kernel.answerInput("done");
    expect(result(await bench.kernel.outcome(id))).toBe("'done'");
  });

  it.each([-1, 1_000_000_000])("takes a cursor at %d for one at the nearer end", async (cursor_pos) => {
    const completed = await bench.kernel.ask("complete_request", { code: "evalua", cursor_pos });
    expect(completed.reply.status).toBe("ok");
    const inspected = await bench.kernel.ask("inspect_request", { code: "evaluate", cursor_pos });
    expect(inspected.reply).toMatchObject({ status: "ok", found: true });
  });
});

describe("a question about a name", () => {
  it.each(["?evaluate", "evaluate??"])("%j shows a page, and counts as a cell", async (code) => {
    const before = (await bench.kernel.execute("0")).reply.execution_count;
    const { reply, published } = await bench.kernel.execute(code);
    expect(reply).toMatchObject({ status: "ok", execution_count: before + 1 });
    expect(reply.payload).toHaveLength(1);
    expect(reply.payload[0]).toMatchObject({ source: "page", start: 0 });
    expect(reply.payload[0].data["text/plain"]).toContain("Grades a system on a number of questions.");
    expect(reply.payload[0].data["text/markdown"]).toContain("```typescript");
    expect(published.map(({ header }) => header.msg_type)).toEqual(["status", "execute_input", "status"]);
  });

  it("knows members, variables of cells, and types", async () => {
    await bench.kernel.execute("const planner = { agent: new Agent('planner'), deep: { steps: 3 } };");
    const plain = async (code: string) =>
      (await bench.kernel.execute(code)).reply.payload[0].data["text/plain"];
    expect(await plain("planner.deep.steps?")).toContain("steps: number");
    expect(await plain("?planner.agent.role")).toContain("role: Role");
    expect(await plain("Role?")).toContain('"planner" | "solver"');
  });

  it("says so when nothing is known of it", async () => {
    const exchange = await bench.kernel.execute("?nobodyKnows");
    expect(exchange.reply).toMatchObject({ status: "ok", payload: [] });
    expect(written(exchange, "stderr")).toContain('Nothing is known of "nobodyKnows"');
  });

  it("is complete when Enter is pressed", async () => {
    for (const code of ["?evaluate", "evaluate??"]) {
      expect((await bench.kernel.ask("is_complete_request", { code })).reply.status).toBe("complete");
    }
  });
});
