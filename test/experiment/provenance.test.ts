import { hostname } from "node:os";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { provenance, stamp } from "../../kernel-lib/experiment/provenance";

const root = resolve(__dirname, "../..");

test("provenance tells versions, seed and configuration", async () => {
  const made = await provenance({ seed: 7, config: { rounds: 3 }, backend: "wasm" });
  expect(made).toMatchObject({
    node: process.versions.node,
    tfjs: "4.22.0",
    backend: "wasm",
    platform: `${process.platform} ${process.arch}`,
    seed: 7,
    config: { rounds: 3 },
  });
  expect(made.library).toMatch(/^recursivemas \d+\.\d+\.\d+/);
  expect(new Date(made.date).toISOString()).toBe(made.date);
  expect(made.commit === null).toBe(made.dirty === null);
});

test("provenance holds no absolute path and no host name", async () => {
  const made = await provenance({
    config: {
      agents: "/home/ada/agents/small",
      data: [`${root}/data/tasks/a.json`],
      home: "C:\\Users\\ada\\x.json",
    },
  });
  expect(made.config).toEqual({ agents: "small", data: ["data/tasks/a.json"], home: "x.json" });
  const text = JSON.stringify(made);
  expect(text).not.toContain(root);
  expect(text).not.toMatch(/"\/|file:\/\//);
  expect(Object.values(made)).not.toContain(hostname());
});

test("equal configurations have one hash, whatever the order of their keys", async () => {
  const one = await provenance({ config: { a: 1, b: { c: 2, d: 3 } } });
  const other = await provenance({ config: { b: { d: 3, c: 2 }, a: 1 } });
  const third = await provenance({ config: { a: 1, b: { c: 2, d: 4 } } });
  expect(one.configHash).toBe(other.configHash);
  expect(one.configHash).not.toBe(third.configHash);
});

test("the stamp is one line", () => {
  const line = stamp({
    library: "recursivemas 0.1.0",
    commit: "ab12cd3ef4567890",
    dirty: true,
    node: "22.1.0",
    tfjs: "4.22.0",
    backend: "wasm",
    platform: "linux x64",
    cpu: "a processor",
    seed: 7,
    config: {},
    configHash: "44136fa355b3",
    date: "2026-11-22T10:00:00.000Z",
    command: "node",
  });
  expect(line).toBe(
    "recursivemas 0.1.0 · commit ab12cd3 + changes · seed 7 · config 44136fa355b3 · wasm · Node 22.1.0 · 2026-11-22",
  );
});
