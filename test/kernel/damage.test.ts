import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Channel, type Frame, result, signed, written } from "./client";
import { useKernel } from "./fixture";

const bench = useKernel();

const CHANNELS: Channel[] = ["shell", "control"];

/** Frames that are no message, and what the log says of them. */
const damaged = (): [name: string, frames: Frame[], log: string][] => {
  const header = bench.kernel.header("kernel_info_request");
  const good = signed([header, {}, {}, {}]);
  const [delimiter, signature, ...parts] = good as [string, string, ...string[]];
  return [
    ["a signature of another key", [delimiter, signature.replaceAll(/[0-7]/g, "8"), ...parts], "signature"],
    ["no signature", [delimiter, "", ...parts], "signature"],
    ["a changed content", [delimiter, signature, ...parts.slice(0, 3), '{"code":1}'], "signature"],
    ["no delimiter", [signature, ...parts], "frames are missing"],
    ["too few frames", good.slice(0, 5), "frames are missing"],
    ["one empty frame", [""], "frames are missing"],
    ["bytes of no meaning", [randomBytes(300)], "frames are missing"],
    ["content that is no JSON", signed([header, {}, {}, '{"code": '] as unknown[]), "no JSON"],
    ["a header that is text", signed(['"hello"', {}, {}, {}]), "header is not an object"],
    ["a header that is a list", signed([[], {}, {}, {}]), "header is not an object"],
    ["no msg_id", signed([{ ...header, msg_id: undefined }, {}, {}, {}]), "no msg_id"],
    ["a msg_type that is a number", signed([{ ...header, msg_type: 5 }, {}, {}, {}]), "no msg_type"],
    ["a session that is a list", signed([{ ...header, session: [1] }, {}, {}, {}]), "session"],
    ["content that is a list", signed([header, {}, {}, []]), "content is not an object"],
    ["metadata that is null", signed([header, {}, null, {}]), "metadata is not an object"],
  ];
};

describe("what is no message", () => {
  it.each(CHANNELS)("is dropped on %s with one line in the log, and the kernel lives", async (channel) => {
    for (const [name, frames, reason] of damaged()) {
      const before = bench.kernel.log.length;
      await bench.kernel.sendFrames(frames, channel);
      const said = () => bench.kernel.log.slice(before);
      await bench.kernel.until(() => said().endsWith("\n"), `a line about ${name}`);
      expect(said(), name).toMatch(/^\[recursivemas kernel\] [^\n]*\n$/);
      expect(said(), name).toContain(reason);
      const { reply } = await bench.kernel.ask("kernel_info_request", {}, channel);
      expect(reply.status, name).toBe("ok");
    }
  });

  it("never shows up in a cell", async () => {
    const id = await bench.kernel.send("execute_request", { code: "await input()", allow_stdin: true });
    for (const channel of CHANNELS) {
      for (const [, frames] of damaged()) await bench.kernel.sendFrames(frames, channel);
      await bench.kernel.ask("kernel_info_request", {}, channel);
    }
    await bench.kernel.answerInput("quiet");
    const exchange = await bench.kernel.outcome(id);
    expect(result(exchange)).toBe("'quiet'");
    expect(written(exchange, "stdout") + written(exchange, "stderr")).toBe("");
  });
});

describe("a request with content of the wrong kind", () => {
  it.each([
    ["execute_request", { code: 5 }, '"code" of execute_request has to be text, not 5'],
    ["execute_request", {}, "not absent"],
    ["execute_request", { code: "1", silent: "no" }, '"silent"'],
    ["execute_request", { code: "1", user_expressions: 7 }, '"user_expressions"'],
    ["execute_request", { code: "1", user_expressions: { a: 7 } }, '"user_expressions"'],
    ["complete_request", { code: "x", cursor_pos: "x" }, '"cursor_pos"'],
    ["complete_request", { code: "x", cursor_pos: 0.5 }, "a whole number"],
    ["inspect_request", { code: ["x"], cursor_pos: 0 }, "not a list"],
    ["inspect_request", { code: "x", cursor_pos: 0, detail_level: -1 }, '"detail_level"'],
    ["is_complete_request", { code: { deep: {} } }, "not an object"],
    ["history_request", { hist_access_type: "tail", n: -3 }, '"n"'],
    ["history_request", { hist_access_type: "all" }, '"tail", "range" or "search"'],
    ["history_request", { hist_access_type: "search", pattern: 1 }, '"pattern"'],
    ["comm_info_request", { target_name: 5 }, '"target_name"'],
    ["no_such_request", {}, "no_such_request"],
  ])("is answered with an error: %s %j", async (type, content, words) => {
    for (const channel of CHANNELS) {
      const { reply, published } = await bench.kernel.ask(type, content, channel);
      expect(reply).toMatchObject({ status: "error", evalue: expect.stringContaining(words) });
      expect(reply.traceback.length).toBeGreaterThan(0);
      expect(published.map((message) => message.content.execution_state)).toEqual(["busy", "idle"]);
    }
  });

  it("leaves the count of cells alone", async () => {
    const before = (await bench.kernel.execute("1")).reply.execution_count;
    await bench.kernel.execute(5 as unknown as string);
    expect((await bench.kernel.execute("2")).reply.execution_count).toBe(before + 1);
  });

  it("is read as usual where a field that may be absent is null", async () => {
    const { reply } = await bench.kernel.ask("history_request", { hist_access_type: "tail", n: null });
    expect(reply.status).toBe("ok");
  });
});

describe("cells of unusual size", () => {
  it("run, and are answered", async () => {
    const text = "x".repeat(1_000_000);
    expect(result(await bench.kernel.execute(`"${text}".length`))).toBe("1000000");
  });

  it("nested too deep for the compiler fail alone, whatever is asked of them", async () => {
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    const alive = async () => result(await bench.kernel.execute("((word: string) => word)('alive')"));
    expect((await bench.kernel.execute(deep)).reply.status).toBe("error");
    expect(await alive()).toBe("'alive'");
    for (const type of ["complete_request", "inspect_request"]) {
      const { reply } = await bench.kernel.ask(type, { code: deep, cursor_pos: deep.length });
      expect(reply.status).toBe("error");
      expect(await alive()).toBe("'alive'");
    }
    const { reply } = await bench.kernel.ask("is_complete_request", { code: deep });
    expect(reply.status).toBe("unknown");
    expect(await alive()).toBe("'alive'");
  });

  it("and trees in headers, content and metadata do no harm", async () => {
    const tree = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;
    const header = bench.kernel.header("kernel_info_request");
    const withTree = `${JSON.stringify(header).slice(0, -1)},"extra":${tree}}`;
    await bench.kernel.sendFrames(signed([withTree, tree, tree, tree]));
    expect((await bench.kernel.outcome(header.msg_id)).reply.status).toBe("ok");
  });
});
