import { describe, expect, it } from "vitest";
import { only, result, written } from "./client";
import { useKernel } from "./fixture";

const bench = useKernel();

describe("values", () => {
  it("awaits a promise that ends a cell", async () => {
    expect(result(await bench.kernel.execute("Promise.resolve(6 * 7)"))).toBe("42");
  });

  it("fails a cell that ends with a promise that fails", async () => {
    const { reply } = await bench.kernel.execute("Promise.reject(new TypeError('no such thing'))");
    expect(reply).toMatchObject({ status: "error", ename: "TypeError", evalue: "no such thing" });
  });

  it("lets objects show themselves", async () => {
    const { data } = only(await bench.kernel.execute('new Agent("solver")'), "execute_result");
    expect(data).toEqual({ "text/html": "<b>solver</b>", "text/plain": "an agent" });
  });

  it("says nothing when there is nothing to say", async () => {
    expect(
      (await bench.kernel.execute("undefined")).published.map(({ header }) => header.msg_type),
    ).not.toContain("execute_result");
  });

  it("updates a display in place", async () => {
    const exchange = await bench.kernel.execute("progress()");
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
    const exchange = await bench.kernel.execute(
      'import * as tslab from "tslab";\ntslab.display.html("<i>hi</i>");',
    );
    expect(only(exchange, "display_data").data).toEqual({ "text/html": "<i>hi</i>" });
  });

  it("clears outputs", async () => {
    expect(only(await bench.kernel.execute("clearOutput({ wait: true })"), "clear_output")).toEqual({
      wait: true,
    });
  });
});

describe("streams", () => {
  it("keeps every line of a long loop, in fewer messages than lines", async () => {
    const exchange = await bench.kernel.execute("for (let i = 0; i < 5000; i++) console.log(i);");
    const lines = Array.from({ length: 5000 }, (_, i) => `${i}\n`);
    expect(written(exchange, "stdout")).toBe(lines.join(""));
    expect(exchange.published.length).toBeLessThan(2500);
  });

  it("keeps the order of the two streams and of displays", async () => {
    const code = 'console.log("a"); console.error("b"); progress(); console.log("c");';
    const { published } = await bench.kernel.execute(code);
    const shown = published.map(({ content }) => content.text ?? content.data?.["text/plain"]);
    expect(shown.filter((text) => text !== undefined)).toEqual(["a\n", "b\n", "0 %", "100 %", "c\n"]);
  });
});
