import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  checkNode,
  flatFailure,
  npmFailure,
  packagesAreStale,
  removeOrphans,
} from "../../kernel-lib/setup/node.mjs";

describe("checkNode", () => {
  it("accepts 20.19 and everything newer", () => {
    for (const version of ["20.19.0", "20.20.2", "22.0.0", "24.1.0"]) {
      expect(() => checkNode(version)).not.toThrow();
    }
  });

  it("names the version found, the one needed and where to get it", () => {
    for (const version of ["20.18.3", "18.20.0"]) {
      expect(() => checkNode(version)).toThrow(
        new RegExp(`Node ${version} is too old: Node 20.19 or newer.*nodejs.org`),
      );
    }
  });
});

describe("packagesAreStale", () => {
  const lock = (packages: object) => JSON.stringify({ packages: { "": { version: "0.1.0" }, ...packages } });
  const wanted = lock({ "node_modules/a": { version: "1.0.0" }, "node_modules/b": { version: "2.0.0" } });

  it("is true without node_modules", () => {
    expect(packagesAreStale(wanted, "")).toBe(true);
  });

  it("is false when every package has the version of the lock file", () => {
    expect(packagesAreStale(wanted, wanted)).toBe(false);
  });

  it("is true when a package is missing or of another version", () => {
    expect(packagesAreStale(wanted, lock({ "node_modules/a": { version: "1.0.0" } }))).toBe(true);
    const older = lock({ "node_modules/a": { version: "1.0.0" }, "node_modules/b": { version: "1.9.0" } });
    expect(packagesAreStale(wanted, older)).toBe(true);
  });

  it("lets an optional package be absent, but not of another version", () => {
    const optional = lock({ "node_modules/c": { version: "3.0.0", optional: true } });
    expect(packagesAreStale(optional, lock({}))).toBe(false);
    expect(packagesAreStale(optional, lock({ "node_modules/c": { version: "2.0.0" } }))).toBe(true);
  });
});

describe("npmFailure", () => {
  it("blames the network when the registry does not answer", () => {
    const output =
      "npm error code ENOTFOUND\nnpm error request to https://registry.example failed, reason: getaddrinfo";
    expect(npmFailure(output, "setup.log")).toMatch(
      /registry does not answer; details are in setup\.log\. Try this again/,
    );
  });

  it("repeats npm's own reason otherwise", () => {
    const output = "npm error code EUSAGE\nnpm error `npm ci` can only install with an existing lock file.\n";
    expect(npmFailure(output, "setup.log")).toContain(
      "(`npm ci` can only install with an existing lock file)",
    );
  });
});

it("says in one sentence why the declarations could not be rolled together", () => {
  const output =
    "file:///a/flatten.mjs:28\n      throw new Error(x);\n\nError: No index.d.ts.\n    at flatten (file:///a)\n";
  expect(flatFailure(output, "setup.log")).toBe(
    'No index.d.ts; details are in setup.log. Try deleting dist, then "npm run build".',
  );
  expect(flatFailure("Killed", "setup.log")).toMatch(/^the bundler stopped; .*Try deleting dist/);
});

describe("removeOrphans", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "orphans-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("removes what no source stands behind, and nothing else", () => {
    mkdirSync(join(folder, "dist", "link"), { recursive: true });
    mkdirSync(join(folder, "source"));
    writeFileSync(join(folder, "source", "kept.ts"), "");
    const outputs = [
      "kept.js",
      "kept.d.ts",
      "kept.js.map",
      "gone.js",
      "gone.d.ts",
      "gone.js.map",
      "link/gone.js",
    ];
    for (const name of outputs) writeFileSync(join(folder, "dist", name), "");
    removeOrphans(join(folder, "dist"), join(folder, "source"));
    expect(outputs.filter((name) => existsSync(join(folder, "dist", name)))).toEqual([
      "kept.js",
      "kept.d.ts",
      "kept.js.map",
    ]);
  });
});
