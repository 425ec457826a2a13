import { expect, test } from "vitest";
import { DISPLAY } from "../../kernel-lib/engine/bridge";
import { type SystemGraph, systemDiagram } from "../../kernel-lib/report/systemDiagram";

const ring: SystemGraph = {
  agents: [
    { name: "planner", family: "qwen3", hiddenSize: 64 },
    { name: "critic", family: "llama", hiddenSize: 48 },
    { name: "solver", family: "qwen2", hiddenSize: 80 },
  ],
  edges: [
    { from: "planner", to: "critic", kind: "outer" },
    { from: "critic", to: "solver", kind: "outer" },
    { from: "solver", to: "planner", kind: "outer" },
  ],
  rounds: 3,
  latentSteps: 1,
};
const count = (text: string, part: string) => text.split(part).length - 1;

test("a ring has an inner link per agent, an outer link per edge, and a dashed way back", async () => {
  const svg = await systemDiagram(ring).toSVG();
  expect(count(svg, ">inner link<")).toBe(3);
  expect(count(svg, ">outer link<")).toBe(3);
  expect(count(svg, "stroke-dasharray")).toBe(1);
  expect(count(svg, ">width 64 → 48<")).toBe(1);
  expect(svg).toContain("3 rounds of latent thoughts, 1 step a turn");
});

test("the text twin has messages and no inner links", async () => {
  const svg = await systemDiagram({ ...ring, medium: "text" }).toSVG();
  expect(count(svg, ">message<")).toBe(3);
  expect(svg).not.toContain("link<");
});

test("it shows itself as a picture and in words", async () => {
  const bundle = await systemDiagram(ring)[DISPLAY]();
  expect(Object.keys(bundle)).toEqual(["image/png", "text/plain"]);
  expect(bundle["text/plain"]).toBe(
    [
      "Agents: planner (qwen3, width 64), critic (llama, width 48), solver (qwen2, width 80)",
      "Outer links: planner → critic, critic → solver, solver → planner",
      "Answer: solver, as text after the last round",
      "Depth: 3 rounds, 1 step a turn",
    ].join("\n"),
  );
});

test("names are escaped in the drawing", async () => {
  const agents = [{ name: "a<b", family: "qwen3", hiddenSize: 8 }];
  expect(await systemDiagram({ agents, edges: [] }).toSVG()).toContain(">a&lt;b<");
});

test("an edge to nobody is refused", () => {
  const edges = [{ from: "planner", to: "judge", kind: "outer" as const }];
  expect(() => systemDiagram({ ...ring, edges })).toThrow(/"judge"; there are planner, critic, solver/);
});
