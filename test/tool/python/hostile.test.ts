import { existsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pythonTool } from "../../../kernel-lib/tool/python/pythonTool";
import type { Tool } from "../../../kernel-lib/tool/tool";
import { HOSTILE } from "./hostilePrograms";

// Programs that try to stay, to grow, to get out or to leave something behind.
const LEFT = join(tmpdir(), `left-by-python-${process.pid}`);
const SECRET = "a-secret-of-the-host-51423";
let python: Tool;
/** For programs that do not end. */
let quick: Tool;
let server: Server;
let port = 0;
let connections = 0;
beforeAll(async () => {
  process.env.RECURSIVEMAS_TEST_SECRET = SECRET;
  server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
  const wheels = join(__dirname, "no-wheels");
  python = pythonTool({ timeout: 30, memory: 128, wheels });
  quick = pythonTool({ timeout: 0.5, memory: 128, wheels });
  await python.run("print(1)");
}, 120_000);
afterAll(async () => {
  delete process.env.RECURSIVEMAS_TEST_SECRET;
  await Promise.all([python.dispose!(), quick.dispose!()]);
  server.close();
});

/** Runs the program; then a plain one must still run, and none of the walls be down. */
async function attack(code: string, told: RegExp): Promise<{ text: string; failed: boolean }> {
  const tool = /(?<!interpreter )stopped/.test(told.source) ? quick : python;
  const result = await tool.run(code.replaceAll("PORT", String(port)).replaceAll("LEFT", LEFT));
  expect(await python.run("print(sum(range(10)), len([1]), sorted([2, 1]))")).toEqual({
    text: "45 1 [1, 2]",
    failed: false,
  });
  expect(result.text).not.toContain(SECRET);
  expect(existsSync(LEFT)).toBe(false);
  expect(connections).toBe(0);
  return result;
}

describe.each(HOSTILE)("programs %s", (_, programs) => {
  it.each(programs)("%s", async (_name, code, told) => {
    const { text } = await attack(code, told);
    expect(text).toMatch(told);
    expect(text.length).toBeLessThan(70_000);
  });
});

it("keeps no state from one program to the next", async () => {
  await python.run(
    "import random, builtins\nrandom.seed(5)\nbuiltins.left = 1\nopen('/tmp/left', 'w').write('x')",
  );
  const { text } = await python.run(
    "import os\nprint('left' in dir(__builtins__), 'left' in globals(), os.path.exists('/tmp/left'))",
  );
  expect(text).toBe("False False False");
});
