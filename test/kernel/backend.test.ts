import path from "node:path";
import { describe, expect, it } from "vitest";
import { result, written } from "./client";
import { useKernel } from "./fixture";

const ROOT = path.join(__dirname, "..", "..");
// The library's own sources, so that the backend is the real one.
const bench = useKernel(
  {},
  {
    nodeArguments: ["-r", path.join(ROOT, "test", "support", "requireTypeScript.cjs")],
    env: { RECURSIVEMAS_BACKEND: "wasm" },
  },
);
const backend = JSON.stringify(path.join(ROOT, "kernel-lib", "engine", "backend"));

describe("a kernel whose backend is loaded", () => {
  it.each([
    ["a rejection that nobody awaits", 'Promise.reject(new RangeError("late"));'],
    ["an error in a timer", 'setTimeout(() => { throw new RangeError("late"); }, 0);'],
  ])("survives %s", async (_what, code) => {
    const { kernel } = bench;
    expect(result(await kernel.execute(`const { ready } = require(${backend});\n(await ready()).name`))).toBe(
      "'wasm'",
    );
    const failed = await kernel.execute(`${code}\nawait new Promise((resolve) => setTimeout(resolve, 50));`);
    expect(written(failed, "stderr")).toContain("late");
    expect(result(await kernel.execute("1 + 1"))).toBe("2");
  });
});
