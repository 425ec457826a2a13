import { expect, it } from "vitest";
import { nearest } from "../../kernel-lib/engine/nearest";

it.each([
  ["plannr", "planner"],
  ["SOLVER", "solver"],
  ["citric", "critic"],
])("of planner, critic and solver, %s is nearest to %s", (name, expected) => {
  expect(nearest(name, ["planner", "critic", "solver"])).toBe(expected);
});

it("the spelling of the choice is kept", () => {
  expect(nearest("findtheroot", ["sweepDepth", "findTheRoot"])).toBe("findTheRoot");
});

it("of no choices none is nearest", () => {
  expect(nearest("planner", [])).toBeUndefined();
});
