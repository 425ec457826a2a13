import path from "node:path";
import { describe, expect, it } from "vitest";
import { type Content, type Exchange, only, result, written } from "./client";
import { useKernel } from "./fixture";

const ROOT = path.join(__dirname, "..", "..");
// The sources of the library itself, in a kernel as it really is.
const bench = useKernel(
  {},
  { nodeArguments: ["-r", path.join(ROOT, "test", "support", "requireTypeScript.cjs")] },
);
const library = (module: string) => `require(${JSON.stringify(path.join(ROOT, "kernel-lib", module))})`;
const prepare = `const { slider } = ${library("widget/index")};\nconst { display } = ${library("report/display")};\n`;

const contents = ({ published }: Exchange, type: string): Content[] =>
  published.filter(({ header }) => header.msg_type === type).map(({ content }) => content);

describe("a widget in the kernel", () => {
  it("moves a value in the kernel and back, with its output in the cell that made it", async () => {
    const made = await bench.kernel.send("execute_request", {
      code: `${prepare}const rounds = slider({ label: "Rounds", min: 1, max: 5 });
const shown = await display("nothing yet");
rounds.on("value", async (value) => {
  console.log("moved to", value);
  await shown.update({ value });
});
rounds`,
    });
    const first = await bench.kernel.outcome(made);
    const opened = only(first, "comm_open");
    expect(opened).toMatchObject({ target_name: "jupyter.widget", data: { state: { value: 1 } } });
    expect(only(first, "execute_result").data["application/vnd.jupyter.widget-view+json"]).toMatchObject({
      model_id: opened.comm_id,
    });
    const place = only(first, "display_data").transient.display_id;

    const data = { method: "update", state: { value: 4 }, buffer_paths: [] };
    const moved = await bench.kernel.send("comm_msg", { comm_id: opened.comm_id, data });
    const inCell = () => bench.kernel.iopub.filter(({ parent }) => parent.msg_id === made);
    const types = () => inCell().map(({ header }) => header.msg_type);
    await bench.kernel.until(() => types().includes("update_display_data"), "the update");
    const echo = bench.kernel.published("comm_msg").find(({ parent }) => parent.msg_id === moved)!;
    expect(echo.content.data).toEqual({ ...data, method: "echo_update" });
    const all = { published: inCell(), reply: {} };
    expect(written(all, "stdout")).toBe("moved to 4\n");
    expect(contents(all, "update_display_data")).toMatchObject([
      { data: { "text/plain": "{ value: 4 }" }, transient: { display_id: place } },
    ]);

    const back = await bench.kernel.execute("rounds.set({ value: 2 })");
    expect(only(back, "comm_msg")).toEqual({
      comm_id: opened.comm_id,
      data: { method: "update", state: { value: 2 }, buffer_paths: [] },
    });
  });

  it("shows in its cell what a handler throws, and goes on", async () => {
    const made = await bench.kernel.send("execute_request", {
      code: `const fragile = slider();
fragile.on("value", (value) => { if (value === 3) throw new RangeError("three is too much"); });
fragile`,
    });
    const { comm_id } = only(await bench.kernel.outcome(made), "comm_open");
    const move = (value: number) =>
      bench.kernel.send("comm_msg", { comm_id, data: { method: "update", state: { value } } });
    await move(3);
    const said = () =>
      written(
        { published: bench.kernel.iopub.filter(({ parent }) => parent.msg_id === made), reply: {} },
        "stderr",
      );
    await bench.kernel.until(() => said().includes("three is too much"), "the error");
    const last = await move(5);
    const echoed = () => bench.kernel.published("comm_msg").some(({ parent }) => parent.msg_id === last);
    await bench.kernel.until(echoed, "the echo");
    expect(result(await bench.kernel.execute("fragile.get('value')"))).toBe("5");
  });

  it("comes back when the page is loaded again", async () => {
    const { comm_id } = only(await bench.kernel.execute('slider({ label: "again", value: 7 })'), "comm_open");
    const target_name = "jupyter.widget.control";
    await bench.kernel.send("comm_open", { comm_id: "control", target_name, data: {} });
    await bench.kernel.send("comm_msg", { comm_id: "control", data: { method: "request_states" } });
    const answer = () =>
      bench.kernel.published("comm_msg").find(({ content }) => content.comm_id === "control");
    await bench.kernel.until(() => answer() !== undefined, "the states");
    const { method, states } = answer()!.content.data;
    expect(method).toBe("update_states");
    expect(states[comm_id]).toMatchObject({ model_name: "AnyModel", state: { label: "again", value: 7 } });
  });
});

describe("display in the kernel", () => {
  it("shows a value as the last expression would, with the width of its picture", async () => {
    const exchange = await bench.kernel.execute(`await display({
  [Symbol.for("Jupyter.display")]: () => ({
    "image/png": Uint8Array.of(1),
    "text/plain": "picture",
    [Symbol.for("Jupyter.metadata")]: { "image/png": { width: 7 } },
  }),
});`);
    expect(only(exchange, "display_data")).toMatchObject({
      data: { "image/png": "AQ==", "text/plain": "picture" },
      metadata: { "image/png": { width: 7 } },
    });
    expect(contents(exchange, "execute_result")).toEqual([]);
  });

  it("gives way to tslab's, when that is imported", async () => {
    const exchange = await bench.kernel.execute(
      `import { display } from "tslab";\ndisplay.html("<i>hi</i>");`,
    );
    expect(only(exchange, "display_data").data).toEqual({ "text/html": "<i>hi</i>" });
  });

  it("leaves metadata in the result of a cell", async () => {
    const exchange = await bench.kernel.execute(`({
  [Symbol.for("Jupyter.display")]: () => ({
    "text/plain": "wide",
    [Symbol.for("Jupyter.metadata")]: { "text/plain": { isolated: true } },
  }),
})`);
    expect(only(exchange, "execute_result")).toMatchObject({
      data: { "text/plain": "wide" },
      metadata: { "text/plain": { isolated: true } },
    });
  });
});
