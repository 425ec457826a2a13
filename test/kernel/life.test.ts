import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { result } from "./client";
import { useKernel } from "./fixture";

const bench = useKernel();

describe("the kernel", () => {
  it("welcomes a subscriber before it publishes anything else", () => {
    const [first] = bench.kernel.iopub;
    expect(first!.header.msg_type).toBe("iopub_welcome");
    expect(first!.content).toEqual({ subscription: "" });
    expect(first!.parent).toEqual({});
  });

  it("says what it is", async () => {
    const { reply, published } = await bench.kernel.ask("kernel_info_request", {});
    expect(reply).toMatchObject({
      status: "ok",
      protocol_version: "5.4",
      implementation: "recursivemas",
      implementation_version: "1.2.3",
      debugger: false,
      supported_features: [],
    });
    expect(reply.banner.split("\n")).toHaveLength(3);
    expect(reply.help_links.length).toBeGreaterThan(0);
    for (const link of reply.help_links) {
      expect(link).toEqual({ text: expect.any(String), url: expect.stringMatching(/^https:/) });
    }
    expect(published.map(({ content }) => content.execution_state)).toEqual(["busy", "idle"]);
  });

  it("describes its language as front ends want it", async () => {
    const { reply } = await bench.kernel.ask("kernel_info_request", {});
    expect(reply.language_info).toMatchObject({
      name: "typescript",
      version: expect.stringMatching(/^5\.\d+\.\d+$/),
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      nbconvert_exporter: "script",
    });
    expect(reply.language_info.codemirror_mode).toMatchObject({ typescript: true });
  });

  it("says the same on the control channel", async () => {
    const shell = await bench.kernel.ask("kernel_info_request", {});
    const control = await bench.kernel.ask("kernel_info_request", {}, "control");
    expect(control.reply).toEqual(shell.reply);
  });

  it("echoes heartbeats while a cell keeps the process busy", async () => {
    const done = path.join(bench.folder, "done");
    const id = await bench.kernel.send("execute_request", {
      code: `import { existsSync } from "node:fs";\nwhile (!existsSync(${JSON.stringify(done)}));\n"released"`,
    });
    await bench.kernel.until(() => bench.kernel.published("execute_input").length > 0, "the cell");
    expect(await bench.kernel.heartbeat("still there?")).toBe("still there?");
    writeFileSync(done, "");
    expect(result(await bench.kernel.outcome(id))).toBe("'released'");
  });
});

describe("the end", () => {
  it.each([
    ["control", true],
    ["shell", false],
  ] as const)("comes on request on %s, and says whether a restart follows", async (channel, restart) => {
    const kernel = await bench.another();
    const { reply, published } = await kernel.ask("shutdown_request", { restart }, channel);
    expect(reply).toEqual({ status: "ok", restart });
    expect(published.map(({ header }) => header.msg_type)).toContain("shutdown_reply");
    expect(await kernel.exited()).toBe(0);
  });

  it("comes with process.exit in a cell, which crashes nothing", async () => {
    const kernel = await bench.another();
    await kernel.send("execute_request", { code: "process.exit(3)" });
    expect(await kernel.exited()).toBe(3);
  });
});
