import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { scrub } from "../../../kernel-lib/tool/python/worker/scrub";

/** Tries each expression in a thread that has been stripped; gives what each came to. */
async function tryAll(expressions: readonly string[]): Promise<string[]> {
  const attempts = expressions.map((code) => `async () => (${code})`).join(",");
  const source = `
    const fs = require("fs"), net = require("net"), child = require("child_process"), http = require("http");
    const promises = require("fs/promises"), threads = require("worker_threads"), vm = require("vm"), node = process;
    const dns = require("dns"), Module = require("module");
    const post = threads.parentPort.postMessage.bind(threads.parentPort);
    (${String(scrub)})(require);
    (async () => {
      const told = [];
      for (const attempt of [${attempts}]) {
        try { told.push("REACHED " + typeof (await attempt())); } catch (error) { told.push("refused"); }
      }
      post(told);
    })();`;
  const worker = new Worker(source, { eval: true, env: {}, stdout: true, stderr: true });
  const [told] = (await once(worker, "message")) as [string[]];
  await worker.terminate();
  return told;
}

const ROUTES = [
  'fs.readFileSync("/etc/passwd")',
  'fs.promises.readFile("/etc/passwd")',
  'promises.readFile("/etc/passwd")',
  'fs.writeFileSync("/tmp/x", "")',
  'fs.openSync("/etc/passwd")',
  'net.connect(80, "127.0.0.1")',
  "new net.Socket()",
  'http.get("http://127.0.0.1/")',
  'child.spawn("true")',
  'child.execSync("true")',
  'dns.lookup("localhost", () => {})',
  'require("fs").readFileSync("/etc/passwd")',
  'Module.createRequire("/x.js")("fs")',
  'new threads.Worker("1", { eval: true })',
  'threads.parentPort.postMessage("fake")',
  "threads.workerData.x",
  'vm.runInThisContext("1")',
  "vm.createContext({}, {}).x.y",
  'node.binding("fs")',
  'node.dlopen({}, "x.node")',
  "node.kill(1, 0)",
  "node.cwd()",
  "node.report.writeReport()",
  "node.env.PATH",
  'eval("1")',
  'Function("return 1")()',
  '(() => {}).constructor("return 1")()',
  '(async () => {}).constructor("return 1")()',
  '(function* () {}).constructor("return 1")()',
  '(await import("node:fs")).readFileSync("/etc/passwd")',
  '(await import("node:fs")).default.readFileSync("/etc/passwd")',
  'fetch("http://127.0.0.1/")',
  'new WebSocket("ws://127.0.0.1/")',
  "process.exit()",
  "new WebAssembly.Memory({ initial: 1 })",
  "setTimeout(() => {}, 1)",
];

it("a thread that has been stripped reaches nothing of Node by any route", async () => {
  const told = await tryAll(ROUTES);
  expect(Object.fromEntries(ROUTES.map((route, i) => [route, told[i]]))).toEqual(
    Object.fromEntries(ROUTES.map((route) => [route, "refused"])),
  );
});

it("it still computes, and still tells", async () => {
  expect(await tryAll(["[2, 1].sort()", "JSON.stringify({})", "new Error('x')"])).toEqual([
    "REACHED object",
    "REACHED string",
    "REACHED object",
  ]);
});
