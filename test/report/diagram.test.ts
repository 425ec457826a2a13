import { afterAll, beforeAll, expect, test } from "vitest";
import { ready } from "../../kernel-lib/engine/backend";
import { diagram } from "../../kernel-lib/report/diagram";
import type { RecursiveSystem } from "../../kernel-lib/system/system";
import { disposeAgents, tinySystem } from "../support/tinySystem";

let system: RecursiveSystem;

beforeAll(async () => {
  await ready();
  system = await tinySystem({ latentSteps: 3 });
});
afterAll(() => {
  system.dispose();
  disposeAgents(system);
});

const count = (text: string, part: string): number => text.split(part).length - 1;

test("a system's diagram tells its agents, its links, who answers and how deep it goes", () => {
  expect(diagram(system, { rounds: 2 }).text).toBe(
    [
      "Agents: planner (qwen3, width 8), critic (llama, width 12), solver (qwen2, width 6)",
      "Outer links: planner → critic, critic → solver, solver → planner",
      "Answer: solver, as text after the last round",
      "Depth: 2 rounds, 3 steps a turn",
    ].join("\n"),
  );
});

test("its drawing has every link once, forward ones with their widths, the last one leading to the next round", async () => {
  const svg = await diagram(system, { rounds: 2 }).toSVG();
  expect(count(svg, ">inner link<")).toBe(3);
  for (const widths of ["8 → 12", "12 → 6"]) expect(count(svg, `>width ${widths}<`)).toBe(1);
  expect(count(svg, ">outer link<")).toBe(3);
  expect(count(svg, ">to the next round<")).toBe(1);
});

test("without rounds none are told", () => {
  expect(diagram(system).text).not.toContain("round,");
  expect(diagram(system).text).not.toContain("rounds");
});

test("the text twin is drawn with messages in place of links", async () => {
  const svg = await diagram(system.withMedium("text"), { rounds: 2 }).toSVG();
  expect(count(svg, ">message<")).toBe(3);
  expect(svg).not.toContain("link<");
});
