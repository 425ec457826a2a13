import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderPrompt } from "../../kernel-lib/agent/prompt";
import { ready } from "../../kernel-lib/engine/backend";
import {
  type LoadSystemOptions,
  loadSystem,
  type ReleasedName,
  releasedPrompts,
} from "../../kernel-lib/released";
import { sequentialPrompts } from "../../kernel-lib/released/prompts/sequential";
import { textBaseline } from "../../kernel-lib/released/textBaseline";
import { RecursiveSystem } from "../../kernel-lib/system/system";
import { disposeAgents } from "../support/tinySystem";
import { writeTeam } from "./team";

let root: string;

beforeAll(async () => {
  await ready();
  root = await mkdtemp(join(tmpdir(), "baseline-"));
  for (const name of ["sequential-light", "sequential-scaled", "mixture"] as const)
    await writeTeam(root, name);
});
afterAll(() => rm(root, { recursive: true }));

async function loaded<T>(
  name: ReleasedName,
  options: LoadSystemOptions,
  look: (system: RecursiveSystem) => T | Promise<T>,
): Promise<T> {
  const system = await loadSystem(name, { root, latentSteps: 1, ...options });
  try {
    return await look(system);
  } finally {
    system.dispose();
    disposeAgents(system);
  }
}

const gemma = { planner: { tokens: 200, characters: 1000 } };

test.each<[ReleasedName, "math500" | "gpqa" | "medqa" | "mbppplus", "math" | "choice" | "code", object]>([
  ["sequential-scaled", "math500", "math", gemma],
  ["sequential-scaled", "medqa", "choice", gemma],
  [
    "sequential-scaled",
    "gpqa",
    "choice",
    { planner: { tokens: 200, characters: 500 }, critic: { characters: 500 } },
  ],
  ["sequential-scaled", "gpqa", "math", gemma],
  ["sequential-scaled", "mbppplus", "code", {}],
  ["sequential-light", "gpqa", "choice", {}],
  ["sequential-light", "math500", "math", {}],
  ["mixture", "gpqa", "choice", {}],
  ["deliberation", "gpqa", "choice", {}],
])(
  "the released baseline of %s on %s, %s questions, cuts messages to %j",
  (name, benchmark, kind, limits) => {
    expect(textBaseline(name, { benchmark, kind, ownPrompts: false }).messageLimits).toEqual(limits);
  },
);

test.each<[ReleasedName, "math" | "choice" | "code", string[]]>([
  ["sequential-scaled", "math", ["planner"]],
  ["sequential-scaled", "choice", ["planner", "critic"]],
  ["sequential-scaled", "code", []],
  ["sequential-light", "math", []],
  ["sequential-light", "choice", ["planner", "critic"]],
  ["distillation", "choice", []],
])("the released baseline of %s on %s questions changes the prompts of %j", (name, kind, roles) => {
  const { prompts } = textBaseline(name, { benchmark: "math500", kind, ownPrompts: false });
  expect(Object.keys(prompts)).toEqual(roles);
  const plain = releasedPrompts(name, kind);
  for (const role of roles) expect(prompts[role]).not.toEqual(plain[role]);
  const own = textBaseline(name, { benchmark: "math500", kind, ownPrompts: true });
  expect(own.prompts).toEqual({});
});

/** What comes after what in a prompt. */
function inOrder(text: string, ...marks: string[]): void {
  const places = marks.map((mark) => text.indexOf(mark));
  expect(places, marks.join(" < ")).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
}

test("cut prompts keep the released order of parts, and their slots", () => {
  const { planner, critic, solver } = sequentialPrompts("choice", {
    softPlan: true,
    choiceLeftToSolver: true,
  });
  inOrder(planner!.opening!, "question", "three and five lines", "do not calculate the answer");
  inOrder(planner!.recurring, "question", "<<LATENT_FEEDBACK_SLOT>>", "three and five lines");
  inOrder(
    critic!.recurring,
    "{{ question }}",
    "<<LATENT_PLANNER_SLOT>>",
    "Step 1",
    "Do not calculate the answer.",
  );
  expect(solver).toEqual(sequentialPrompts("choice").solver);
  expect(sequentialPrompts("choice").planner!.opening).not.toContain("calculate");
});

test("the planner of choice questions reads them without the lines on how to write the choice", async () => {
  await loaded("sequential-light", { benchmark: "gpqa", medium: "text", asReleased: true }, ({ agents }) => {
    const planner = agents.planner!;
    // letters of the tiny agents' vocabulary, and what to do with them
    const question = ["a b ;", "A a", "", "Final Choice: go b", "go \\boxed{c}", "c ;"].join("\n");
    const wanted = planner.withPrompts({
      ...planner.prompts,
      opening: planner.prompts.opening!.replace(
        /Question:[\s\S]*endfor -%\}/,
        "Question:\na b ;\nA a\n\nc ;",
      ),
    });
    expect(renderPrompt(planner, { question }, [])).toEqual(renderPrompt(wanted, {}, []));
    expect(() => renderPrompt(planner, { forest: "a" }, [])).toThrow(/asks for \{\{ question \}\}.*Try /);
  });
});

describe("a loaded system", () => {
  test("is cut only where it is asked for, in text", async () => {
    await loaded("sequential-scaled", { benchmark: "gpqa" }, (system) => {
      const uncut = [system, system.withMedium("text")];
      for (const { messageLimits, agents } of uncut) {
        expect(messageLimits).toEqual({});
        expect(agents.planner!.prompts).toEqual(releasedPrompts("sequential-scaled", "choice").planner);
      }
      const cut = system.withMedium("text", { asReleased: true });
      const { messageLimits, prompts } = textBaseline("sequential-scaled", {
        benchmark: "gpqa",
        kind: "choice",
        ownPrompts: false,
      });
      expect(cut.messageLimits).toEqual(messageLimits);
      for (const role of ["planner", "critic"]) expect(cut.agents[role]!.prompts).toEqual(prompts[role]);
      expect(cut.agents.solver).toBe(system.agents.solver);
      expect(cut.agents.planner!.model).toBe(system.agents.planner!.model);
      expect(cut.links).toBe(system.links);
      const back = cut.withMedium("latent");
      expect([back.messageLimits, back.agents]).toEqual([{}, system.agents]);
      expect(() => system.withMedium("latent", { asReleased: true })).toThrow(
        'asReleased repeats cuts in messages of text, and the medium is latent. Try withMedium("text", { asReleased: true }).',
      );
      const mixed = { "planner-critic": "text" } as const;
      expect(() => system.withMedium(mixed, { asReleased: true })).toThrow(/the medium is mixed\. Try /);
    });
  });

  test("that is loaded as released, in text, is cut from the start; in latents it is not", async () => {
    const limitsOf = (options: LoadSystemOptions) =>
      loaded("sequential-scaled", { asReleased: true, ...options }, ({ messageLimits }) => messageLimits);
    expect(await limitsOf({ medium: "text" })).toEqual(gemma);
    expect(await limitsOf({})).toEqual({});
    expect(await limitsOf({ medium: "text", benchmark: "mbppplus" })).toEqual({});
  });

  test("keeps limits of its own beside those, the tighter of two", async () => {
    const messageLimits = { planner: { tokens: 50, characters: 5000 }, solver: { characters: 7 } };
    await loaded("sequential-scaled", { medium: "text", asReleased: true, messageLimits }, (system) => {
      expect(system.messageLimits).toEqual({
        planner: { tokens: 50, characters: 1000 },
        solver: { characters: 7 },
      });
      expect(system.withMedium("text").messageLimits).toEqual(messageLimits);
    });
  });

  test("with prompts of one's own keeps them, and messages are cut", async () => {
    const prompts = {
      planner: { opening: "go {{ question }}", recurring: "<<LATENT_FEEDBACK_SLOT>> go" },
      critic: { recurring: "go <<LATENT_PLANNER_SLOT>>" },
      solver: { recurring: "go <<LATENT_REFINED_SLOT>>" },
    };
    await loaded("sequential-scaled", { prompts, medium: "text", asReleased: true }, (system) => {
      expect(system.messageLimits).toEqual(gemma);
      expect(system.agents.planner!.prompts).toEqual(prompts.planner);
    });
  });
});

test("a system of another style is cut nowhere, and one that was made here refuses to be cut as released", async () => {
  await loaded("mixture", {}, async (system) => {
    const cut = system.withMedium("text", { asReleased: true });
    expect([cut.medium, cut.messageLimits, cut.agents]).toEqual(["text", {}, system.agents]);
    const made = await RecursiveSystem.create(system.style, system.agents);
    expect(() => made.withMedium("text", { asReleased: true })).toThrow(
      /released, and this mixture system was made here\. Try messageLimits, or loadSystem\(\)\.$/,
    );
    made.dispose();
  });
});
