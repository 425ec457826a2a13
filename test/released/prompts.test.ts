import { describe, expect, test } from "vitest";
import { LAYOUTS, type ReleasedName } from "../../kernel-lib/released/layout";
import { PROMPT_KINDS, releasedPrompts } from "../../kernel-lib/released/prompts";

const NAMES = Object.keys(LAYOUTS) as ReleasedName[];
const slotsIn = (text = "") => [...text.matchAll(/<<(\w+)>>/g)].map(([, name]) => name).sort();
const fieldsIn = (text: string) => [...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name]) => name);

describe.each(NAMES.flatMap((name) => PROMPT_KINDS.map((kind) => [name, kind] as const)))(
  "prompts of %s for %s",
  (name, kind) => {
    const { style } = LAYOUTS[name];
    const prompts = releasedPrompts(name, kind);

    test("hold exactly the slots that are filled, and an opening none", () => {
      expect(Object.keys(prompts).sort()).toEqual([...style.order].sort());
      for (const role of style.order) {
        const inputs = style.edges.filter(({ to }) => to === role);
        const { system, opening, recurring } = prompts[role]!;
        expect(slotsIn(recurring), role).toEqual(inputs.map(({ slot }) => slot).sort());
        expect(slotsIn(`${system} ${opening}`), role).toEqual([]);
        expect(opening !== undefined, role).toBe(inputs.every(({ feedback }) => feedback));
      }
    });

    test("ask once for the question, and for code once for the interface", () => {
      const wanted = kind === "code" ? ["question", "interface"] : ["question"];
      for (const { system, opening, recurring } of Object.values(prompts)) {
        expect(fieldsIn(recurring)).toEqual(wanted);
        if (opening !== undefined) expect(fieldsIn(opening)).toEqual(wanted);
        expect(fieldsIn(system!)).toEqual([]);
      }
    });

    test("tell the speaker how to write the answer", () => {
      const form = kind === "code" ? "```python" : "\\boxed{";
      expect(prompts[style.speaker]!.recurring).toContain(form);
    });
  },
);

/** What comes after what in a prompt. */
function inOrder(text: string, ...marks: string[]): void {
  const places = marks.map((mark) => text.indexOf(mark));
  expect(places, marks.join(" < ")).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
}

test("the parts stand in the released order", () => {
  const light = releasedPrompts("sequential-light", "math");
  inOrder(light.planner!.opening!, "{{ question }}", "Step 1");
  inOrder(light.planner!.recurring, "{{ question }}", "<<LATENT_FEEDBACK_SLOT>>", "Step 1");
  inOrder(light.critic!.recurring, "{{ question }}", "<<LATENT_PLANNER_SLOT>>", "Step 1");
  inOrder(light.solver!.recurring, "<<LATENT_REFINED_SLOT>>", "{{ question }}", "\\boxed");
  const mixture = releasedPrompts("mixture", "choice");
  inOrder(mixture.code!.recurring, "{{ question }}", "<<HIE_FEEDBACK_SLOT>>");
  inOrder(
    mixture.summarizer!.recurring,
    "<<HIE_MATH_EXPERT_SLOT>>",
    "<<HIE_CODE_EXPERT_SLOT>>",
    "<<HIE_SCIENCE_EXPERT_SLOT>>",
    "-----",
    "{{ question }}",
    "\\boxed",
  );
  const distillation = releasedPrompts("distillation", "math");
  inOrder(distillation.expert!.recurring, "<<DISTILL_FEEDBACK_SLOT>>", "{{ question }}", "Step 1");
  inOrder(distillation.learner!.recurring, "<<DISTILL_EXPERT_SLOT>>", "-----", "{{ question }}", "\\boxed");
  const deliberation = releasedPrompts("deliberation", "math");
  inOrder(deliberation.reflector!.recurring, "<<DELIBERATION_FEEDBACK_SLOT>>", "{{ question }}");
  inOrder(deliberation.toolcaller!.recurring, "<<DELIBERATION_REFLECTOR_SLOT>>", "-----", "{{ question }}");
});

test("only the deliberation system's agents are told of tools", () => {
  for (const name of NAMES) {
    for (const { system } of Object.values(releasedPrompts(name, "math"))) {
      expect(/<python>.*<result>/s.test(system!), name).toBe(name === "deliberation");
    }
  }
});

test("a system or a kind that does not exist is refused, with those that do", () => {
  expect(() => releasedPrompts("light" as "mixture", "math")).toThrow(/name is "light".*"sequential-light"/);
  expect(() => releasedPrompts("mixture", "maths" as "math")).toThrow(
    'kind is "maths"; it can be "math" or "choice" or "code"',
  );
});
