import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { isComplete } from "../../kernel-lib/kernel/language";
import { isBare } from "../../kernel-lib/kernel/library";
import { Codec, compose } from "../../kernel-lib/kernel/message";
import { installKernelSpec } from "../../kernel-lib/kernel/spec";

describe("the wire format", () => {
  const received = (frames: (string | Uint8Array)[]) => frames.map((frame) => Buffer.from(frame as string));
  const message = compose({
    type: "stream",
    content: { text: "é" },
    session: "s",
    identities: [Buffer.from("who")],
  });

  it("brings a message over unchanged", () => {
    const read = new Codec("secret").decode(received(new Codec("secret").encode(message)));
    expect(read.header).toEqual(message.header);
    expect(read.content).toEqual({ text: "é" });
    expect(Buffer.from(read.identities[0]!).toString()).toBe("who");
  });

  // python3: hmac.new(b"key", b"{}{}{}{}", "sha256").hexdigest()
  it("signs as Python does", () => {
    const frames = new Codec("key").encode({ ...message, header: {} as typeof message.header, content: {} });
    expect(String(frames[2])).toBe("ca767b02c5bc061ed184a9a029e7f93a7f2f7ed4e8fe74120fc1212f0b008fa3");
  });

  it("refuses a message that was signed with another key", () => {
    expect(() => new Codec("secret").decode(received(new Codec("other").encode(message)))).toThrow(
      "signature",
    );
  });

  it("sends big integers as their digits", () => {
    const frames = new Codec("").encode(compose({ type: "t", content: { n: 2n ** 64n }, session: "s" }));
    expect(String(frames.at(-1))).toBe('{"n":"18446744073709551616"}');
  });
});

describe("completeness of a cell", () => {
  it.each([
    ["", "complete"],
    ["const f = <T>(x: T) => x", "complete"],
    ["/* open", "incomplete"],
    ["[1, 2,", "incomplete"],
    ["const const = 1", "invalid"],
    ["x = )\ny", "invalid"],
  ])("%j is %s", (code, status) => {
    expect(isComplete(code).status).toBe(status);
  });

  it("proposes an indent", () => {
    expect(isComplete("if (true) {")).toEqual({ status: "incomplete", indent: "  " });
  });
});

describe("imports", () => {
  it.each([
    ["arquero", true],
    ["@tensorflow/tfjs", true],
    ["./local", false],
    ["..", false],
    ["/abs/olute", false],
    ["C:\\abs\\olute", false],
    ["node:fs", false],
  ])("%s names a package: %s", (name, expected) => {
    expect(isBare(name)).toBe(expected);
  });
});

describe("the kernelspec", () => {
  it("is written where Jupyter looks, and names this Node by its full path", async () => {
    const prefix = mkdtempSync(path.join(tmpdir(), "prefix-"));
    const folder = await installKernelSpec({ prefix, entry: "/somewhere/main.js" });
    expect(folder).toBe(path.join(prefix, "share", "jupyter", "kernels", "recursivemas"));
    expect(JSON.parse(readFileSync(path.join(folder, "kernel.json"), "utf8"))).toEqual({
      argv: [process.execPath, "/somewhere/main.js", "{connection_file}"],
      display_name: "RecursiveMAS (TypeScript)",
      language: "typescript",
      interrupt_mode: "message",
    });
    const logo = readFileSync(path.join(folder, "logo-64x64.png"));
    expect([logo.readUInt32BE(16), logo.readUInt32BE(20)]).toEqual([64, 64]);
    rmSync(prefix, { recursive: true });
  });
});
