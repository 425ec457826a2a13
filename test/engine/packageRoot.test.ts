import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { packageRoot } from "../../kernel-lib/engine/packageRoot";

it("the root of the package is the folder of its package.json", () => {
  expect(packageRoot()).toBe(join(__dirname, "..", ".."));
  expect(JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"))).toMatchObject({
    name: "recursivemas",
  });
});
