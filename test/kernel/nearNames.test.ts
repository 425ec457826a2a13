import { expect, it } from "vitest";
import { nearNames } from "../../kernel-lib/kernel/nearNames";

it.each([
  ["Evaluate", ["eval", "evaluate", "isNaN"], ["evaluate", "eval"]],
  ["evalute", ["evaluate", "escape", "unescape"], ["evaluate"]],
  ["heatMap", ["heatmap", "Map", "sparkline"], ["heatmap"]],
  ["sweep", ["sweepDepth", "sleep", "x"], ["sleep", "sweepDepth"]],
  ["zz", ["a", "evaluate", "zzz"], ["zzz"]],
  ["same", ["same"], []],
])("near %s of %j are %j", (name, names, near) => {
  expect(nearNames(name, names)).toEqual(near);
});
