import { expect, test } from "vitest";
import { LAYOUTS, type ReleasedName } from "../../kernel-lib/released/layout";
import { MIXTURE } from "../../kernel-lib/system/styles";

/** The links of a system, one a line: released name, from, to, slot. */
const links = (name: ReleasedName): string[] => {
  const { style, linkKeys } = LAYOUTS[name];
  return style.edges.map(({ from, to, slot, feedback }) =>
    [linkKeys[`${from}-${to}`], from, to, slot, ...(feedback ? ["next round"] : [])].join(" "),
  );
};

test.each(["sequential-light", "sequential-scaled"] as const)(
  "%s has the released links and slots",
  (name) => {
    expect(links(name)).toEqual([
      "outer_12 planner critic LATENT_PLANNER_SLOT",
      "outer_23 critic solver LATENT_REFINED_SLOT",
      "outer_31 solver planner LATENT_FEEDBACK_SLOT next round",
    ]);
  },
);

test("the mixture has the released links and slots, its experts the same slot", () => {
  expect(links("mixture")).toEqual([
    "outer_1s math summarizer HIE_MATH_EXPERT_SLOT",
    "outer_2s code summarizer HIE_CODE_EXPERT_SLOT",
    "outer_3s science summarizer HIE_SCIENCE_EXPERT_SLOT",
    "outer_s1 summarizer math HIE_FEEDBACK_SLOT next round",
    "outer_s2 summarizer code HIE_FEEDBACK_SLOT next round",
    "outer_s3 summarizer science HIE_FEEDBACK_SLOT next round",
  ]);
});

test("distillation and deliberation have the released links and slots", () => {
  expect(links("distillation")).toEqual([
    "outer_el expert learner DISTILL_EXPERT_SLOT",
    "outer_le learner expert DISTILL_FEEDBACK_SLOT next round",
  ]);
  expect(links("deliberation")).toEqual([
    "outer_rt reflector toolcaller DELIBERATION_REFLECTOR_SLOT",
    "outer_tr toolcaller reflector DELIBERATION_FEEDBACK_SLOT next round",
  ]);
});

test("but for its slots, a released style is the style of that name", () => {
  const { style } = LAYOUTS.mixture;
  const edges = style.edges.map((edge, i) => ({ ...edge, slot: MIXTURE.edges[i]!.slot }));
  expect({ ...style, edges }).toEqual(MIXTURE);
});

test("every role has a repository of its own, called after the system and the role", () => {
  for (const [name, { style, agents, outerLinks }] of Object.entries(LAYOUTS)) {
    const system = name.replace("-", "");
    const plain = (text: string) => text.toLowerCase().replaceAll("-", "");
    expect(Object.keys(agents)).toEqual(style.order);
    for (const role of style.order) expect(plain(agents[role]!)).toMatch(new RegExp(`^${system}${role}`));
    expect(plain(outerLinks)).toBe(`${system}outerlinks`);
  }
});
