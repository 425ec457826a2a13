import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LAYOUTS } from "../../kernel-lib/released/layout";
import { type CustomPrompts, customPrompts } from "../../kernel-lib/released/promptFile";

const { style } = LAYOUTS.distillation;
const EXPERT = { opening: "plan {{ question }}", recurring: "again <<DISTILL_FEEDBACK_SLOT>>" };
const LEARNER = { recurring: "hear <<DISTILL_EXPERT_SLOT>>, answer {{ question }}" };
const GOOD = { expert: EXPERT, learner: LEARNER };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "prompts-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function inFile(content: string): Promise<string> {
  const path = join(folder, "prompts.json");
  await writeFile(path, content);
  return path;
}

test("prompts by role serve every kind of question", async () => {
  const byKind = await customPrompts(GOOD, style);
  for (const kind of ["math", "choice", "code"] as const) expect(byKind(kind)).toEqual(GOOD);
});

test("prompts by kind serve their kinds, from a file as from an object", async () => {
  const code = { ...GOOD, learner: { ...LEARNER, system: "a coder" } };
  const given = { math: GOOD, code };
  for (const prompts of [given, await inFile(JSON.stringify(given))]) {
    const byKind = await customPrompts(prompts, style);
    expect(byKind("math")).toEqual(GOOD);
    expect(byKind("code")).toEqual(code);
    expect(() => byKind("choice")).toThrow(
      /no prompts for questions of the kind "choice"; it has math, code\. Try /,
    );
  }
});

test("the mixture's roles math and code are not taken for kinds", async () => {
  const expert = { opening: "go", recurring: "<<HIE_FEEDBACK_SLOT>>" };
  const summarizer = {
    recurring: "<<HIE_MATH_EXPERT_SLOT>> <<HIE_CODE_EXPERT_SLOT>> <<HIE_SCIENCE_EXPERT_SLOT>>",
  };
  const roles = { math: expert, code: expert, science: expert, summarizer };
  expect((await customPrompts(roles, LAYOUTS.mixture.style))("choice")).toEqual(roles);
  expect((await customPrompts({ math: roles }, LAYOUTS.mixture.style))("math")).toEqual(roles);
});

test.each<[string, unknown, RegExp]>([
  ["lack a role", { expert: EXPERT }, /learner: there is no text "recurring"\. Try /],
  ["are empty", {}, /expert: there is no text "recurring"/],
  [
    "name a role that is none",
    { ...GOOD, critic: LEARNER },
    /no role "critic" in the distillation style\. Try expert, learner\./,
  ],
  ["stand beside a kind", { math: GOOD, expert: EXPERT }, /no role "math"/],
  ["have a field that is none", { ...GOOD, learner: { ...LEARNER, user: "x" } }, /"user" is unknown\. Try /],
  ["have a field that is no text", { ...GOOD, learner: { ...LEARNER, system: 1 } }, /"system" is no text/],
  [
    "lack a slot",
    { ...GOOD, learner: { recurring: "x" } },
    /learner, "recurring": the slot .*is missing.*Try /,
  ],
  [
    "hold another agent's slot",
    { ...GOOD, learner: { recurring: "<<DISTILL_EXPERT_SLOT>> <<DISTILL_FEEDBACK_SLOT>>" } },
    /<<DISTILL_FEEDBACK_SLOT>>, which is no slot/,
  ],
  [
    "hold a slot in an opening",
    { ...GOOD, expert: { ...EXPERT, opening: "<<DISTILL_FEEDBACK_SLOT>>" } },
    /expert, "opening": .*Try a text that holds no slot\./,
  ],
  [
    "leave the first agent without an opening",
    { ...GOOD, expert: { recurring: EXPERT.recurring } },
    /expert: the agent starts .*Try adding "opening"/,
  ],
  ["are a number", 7, /prompts is 7, which is neither .*Try /],
  ["are a list", [GOOD], /which is neither .*Try /],
  ["are a file that is not there", "/nowhere/p.json", /"\/nowhere\/p\.json", which is neither .*Try /],
])("prompts that %s are refused", async (_, given, message) => {
  await expect(customPrompts(given as CustomPrompts, style)).rejects.toThrow(message);
});

test("a file that is no JSON, or lacks a slot, is named in the error", async () => {
  const path = await inFile("{,");
  await expect(customPrompts(path, style)).rejects.toThrow(/prompts\.json is not JSON/);
  await inFile(JSON.stringify({ math: { ...GOOD, learner: { recurring: "x" } } }));
  await expect(customPrompts(path, style)).rejects.toThrow(/prompts\.json, for math, learner, "recurring"/);
});
