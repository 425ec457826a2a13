import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

interface LockedPackage {
  version?: string;
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

const text = readFileSync("package-lock.json", "utf8");
const packages = (JSON.parse(text) as { packages: Record<string, LockedPackage> }).packages;

// npm leaves out what its registry does not offer, and `npm ci` then refuses the lock file on every machine.
it("names the packages of every platform, so that `npm ci` works on all of them", () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
    ),
  );
  expect(missing).toEqual([]);
});

it("names no registry, so that everyone downloads from their own", () => {
  expect(text).not.toContain('"resolved"');
});
