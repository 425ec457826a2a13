import { copyFile, cp, mkdir, mkdtemp, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ready } from "../../kernel-lib/engine/backend";
import { LAYOUTS, type ReleasedName } from "../../kernel-lib/released/layout";
import { type LoadSystemOptions, loadSystem } from "../../kernel-lib/released/loadSystem";
import { releasedPrompts } from "../../kernel-lib/released/prompts";
import { answerBatch } from "../../kernel-lib/system/answer";
import { prepareBatch, releaseBatch } from "../../kernel-lib/system/prepare";
import type { RecursiveSystem } from "../../kernel-lib/system/system";
import { tensorsLeftBy } from "../support/tensors";
import { disposeAgents, linkNumbers } from "../support/tinySystem";
import { writeTorchFile } from "../support/torchFile";
import { linkFile, widthsOf, writeTeam } from "./team";

const NAMES = Object.keys(LAYOUTS) as ReleasedName[];
const LIGHT = LAYOUTS["sequential-light"];

let root: string;

beforeAll(async () => {
  await ready();
  root = await mkdtemp(join(tmpdir(), "released-"));
  for (const name of NAMES) await writeTeam(root, name);
});
afterAll(() => rm(root, { recursive: true }));

/** Loads, looks, and frees everything. */
async function loaded<T>(
  name: ReleasedName,
  options: LoadSystemOptions,
  look: (system: RecursiveSystem) => T | Promise<T>,
): Promise<T> {
  const system = await loadSystem(name, { root, ...options });
  try {
    return await look(system);
  } finally {
    system.dispose();
    disposeAgents(system);
  }
}

/** A copy of the light system's folders in which something is to be broken. */
async function brokenCopy(breakIt: (folder: string) => Promise<unknown>): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "broken-"));
  for (const folder of [...Object.values(LIGHT.agents), LIGHT.outerLinks]) {
    await cp(join(root, folder), join(copy, folder), { recursive: true });
  }
  await breakIt(copy);
  return copy;
}

describe.each(NAMES)("the %s system", (name) => {
  const { style, linkKeys, byTask } = LAYOUTS[name];

  test("has its roles, the released slots, and exactly the links of its files", async () => {
    await loaded(name, {}, async (system) => {
      expect(Object.keys(system.agents).sort()).toEqual([...style.order].sort());
      expect(system.style).toEqual(style);
      expect(system.composition).toBe("outer(inner(h))");
      const widths = widthsOf(name);
      const task = byTask ? "math" : "";
      const numbers = await linkNumbers(system);
      const files = [
        ...style.order.map((role) => {
          const width = widths[role]!;
          return [`inner.${role}`, linkFile(`${role}${task}`, width, width, "inner")] as const;
        }),
        ...style.edges.map(({ from, to }) => {
          const file = linkFile(`${linkKeys[`${from}-${to}`]}${task}`, widths[from]!, widths[to]!, "outer");
          return [`outer.${from}-${to}`, file] as const;
        }),
      ];
      expect(Object.keys(numbers)).toHaveLength(8 * style.order.length + 10 * style.edges.length);
      for (const [path, file] of files) {
        for (const [key, { shape, data }] of Object.entries(file)) {
          const found = numbers[`${path}.${key}`]!;
          // in memory a linear layer is [in, out]: number (i, o) is number (o, i) of the file
          const [out = 1, into = 1] = shape.length === 2 ? shape : [1, shape[0]];
          const turned = found.map((_, at) => data[(at % out) * into + Math.floor(at / out)]);
          expect(found, `${path}.${key}`).toEqual(turned);
        }
      }
    });
  });

  test("runs two rounds with our prompts, for every kind of question, and leaves no tensor behind", async () => {
    const left = await tensorsLeftBy(async () => {
      for (const kind of ["math", "choice", "code"] as const) {
        await loaded(name, { kind, latentSteps: 2 }, async (system) => {
          const question = { question: "a of b ;", interface: "go c" };
          const batch = prepareBatch(system, [question, { ...question, question: "k ;" }]);
          const { byRound } = await answerBatch(system, batch, { answerAt: [1, 2], maxNewTokens: 2 });
          expect(byRound[2]).toHaveLength(2);
          releaseBatch(batch);
        });
      }
    });
    expect(left).toBe(0);
  });
});

test("the links of the other task are other links", async () => {
  const [math, code] = [
    await loaded("distillation", {}, linkNumbers),
    await loaded("distillation", { task: "code" }, linkNumbers),
  ];
  for (const name of Object.keys(math)) expect(code[name], name).not.toEqual(math[name]);
});

test("a system whose links serve every task has the same ones on code", async () => {
  const [math, code] = [
    await loaded("deliberation", {}, linkNumbers),
    await loaded("deliberation", { task: "code" }, linkNumbers),
  ];
  expect(code).toEqual(math);
});

test("what is not said is m for MATH500, the latent medium, and prompts of the task", async () => {
  await loaded("sequential-scaled", {}, (system) => {
    const { latentSteps, medium, maxMessageTokens } = system;
    expect({ latentSteps, medium, maxMessageTokens }).toEqual({
      latentSteps: 64,
      medium: "latent",
      maxMessageTokens: 2000,
    });
    expect(system.agents.solver!.prompts).toEqual(releasedPrompts("sequential-scaled", "math").solver);
  });
  await loaded("sequential-light", { task: "code", medium: "text", latentSteps: 5 }, (system) => {
    const { latentSteps, medium, maxMessageTokens } = system;
    expect([latentSteps, medium, maxMessageTokens]).toEqual([5, "text", 4000]);
    expect(system.agents.solver!.prompts).toEqual(releasedPrompts("sequential-light", "code").solver);
  });
});

test.each<[LoadSystemOptions, [number, number, "math" | "choice" | "code"]]>([
  [{ benchmark: "gpqa" }, [48, 4000, "choice"]],
  [{ benchmark: "mbppplus" }, [48, 4000, "code"]],
  [{ benchmark: "aime25" }, [32, 8192, "math"]],
  [{ benchmark: "gpqa", kind: "math", latentSteps: 5 }, [5, 1000, "math"]],
  [{ benchmark: "mbppplus", task: "math", maxMessageTokens: 7 }, [48, 7, "math"]],
  [{ benchmark: "math500", kind: "choice" }, [32, 4000, "choice"]],
])("with %j, the light system has m, longest message and prompts %j", async (options, [m, longest, kind]) => {
  await loaded("sequential-light", options, ({ latentSteps, maxMessageTokens, agents }) => {
    expect([latentSteps, maxMessageTokens]).toEqual([m, longest]);
    expect(agents.solver!.prompts).toEqual(releasedPrompts("sequential-light", kind).solver);
  });
});

test("a benchmark brings the links of its task", async () => {
  const numbersWith = (options: LoadSystemOptions) => loaded("distillation", options, linkNumbers);
  expect(await numbersWith({ benchmark: "lcb" })).toEqual(await numbersWith({ task: "code" }));
  expect(await numbersWith({ benchmark: "gpqa" })).toEqual(await numbersWith({}));
});

test("a benchmark that the authors did not run the system on is refused", async () => {
  await expect(loadSystem("mixture", { root, benchmark: "hotpotqa" })).rejects.toThrow(
    /no settings for mixture on hotpotqa\. Try one of math500/,
  );
  await expect(loadSystem("mixture", { root, benchmark: "x" as "gpqa" })).rejects.toThrow(/benchmark is "x"/);
});

describe("asReleased", () => {
  const plannerOf = (options: LoadSystemOptions) =>
    loaded("sequential-light", options, ({ agents }) => agents.planner!.prompts);

  test("gives the planner of a code task the prompt for math from round 2 on", async () => {
    const planner = await plannerOf({ task: "code", asReleased: true });
    expect(planner.recurring).toBe(releasedPrompts("sequential-light", "math").planner!.recurring);
    expect(planner.opening).toBe(releasedPrompts("sequential-light", "code").planner!.opening);
    expect(await plannerOf({ task: "code" })).toEqual(releasedPrompts("sequential-light", "code").planner);
  });

  test("changes nothing on other kinds of questions, and nobody else's prompt", async () => {
    for (const kind of ["math", "choice"] as const) {
      expect(await plannerOf({ kind, asReleased: true })).toEqual(await plannerOf({ kind }));
    }
    const others = await loaded("sequential-light", { task: "code", asReleased: true }, ({ agents }) => [
      agents.critic!.prompts,
      agents.solver!.prompts,
    ]);
    const { critic, solver } = releasedPrompts("sequential-light", "code");
    expect(others).toEqual([critic, solver]);
  });
});

test("a file of prompts takes the place of ours", async () => {
  const path = join(root, "prompts.json");
  const prompts = {
    expert: { opening: "go {{ question }}", recurring: "<<DISTILL_FEEDBACK_SLOT>> go" },
    learner: { system: "is", recurring: "go <<DISTILL_EXPERT_SLOT>>" },
  };
  await writeFile(path, JSON.stringify(prompts));
  await loaded("distillation", { prompts: path }, ({ agents }) => {
    expect(agents.expert!.prompts).toEqual(prompts.expert);
    expect(agents.learner!.prompts).toEqual(prompts.learner);
  });
});

test("an older folder without manifests loads, and so does one below the organisation's name", async () => {
  const old = await mkdtemp(join(tmpdir(), "old-"));
  const folders = LAYOUTS.distillation;
  for (const [role, folder] of Object.entries(folders.agents)) {
    const target = join(old, "RecursiveMAS", folder);
    await cp(join(root, folder), target, { recursive: true });
    await rm(join(target, "innerlink_config.json"));
    await rm(join(target, "adapter(math).pt"));
    const width = widthsOf("distillation")[role]!;
    await writeTorchFile(join(target, "adapter.pt"), linkFile(`${role}math`, width, width, "inner"));
  }
  const outer = join(old, folders.outerLinks);
  await mkdir(outer);
  const kept = join(root, folders.outerLinks);
  await copyFile(join(kept, "expert-learner(math).pt"), join(outer, "outer_el.pt"));
  await copyFile(join(kept, "learner-expert(math).pt"), join(outer, "outer_le(math).pt"));
  const type = "outer_ln_res_adapter";
  const side = { outer_el_type: type, outer_el_in_dim: 8, outer_el_out_dim: 12, outer_le_type: type };
  await writeFile(join(outer, "outer_adapter_config(math).json"), JSON.stringify(side));
  const numbers = await loaded("distillation", { root: old }, linkNumbers);
  expect(numbers).toEqual(await loaded("distillation", {}, linkNumbers));
  await rm(old, { recursive: true });
});

const planner = LIGHT.agents.planner!;
const solver = LIGHT.agents.solver!;

test.each<[string, (folder: string) => Promise<unknown>, RegExp]>([
  [
    "the last agent's weights are cut short",
    (folder) => truncate(join(folder, solver, "model.safetensors"), 600),
    /Solver-Qwen2\.5-Math-1\.5B/,
  ],
  [
    "an inner link is another agent's",
    (folder) =>
      writeTorchFile(join(folder, planner, "adapter(math).pt"), linkFile("planner", 12, 12, "inner")),
    /Planner.*adapter\(math\)\.pt does not fit an inner link of the planner, whose states are 8 wide: its pre_ln\.weight is \[12\]; wanted is \[8\]\. Try /,
  ],
  [
    "an outer link is an inner one",
    (folder) =>
      writeTorchFile(
        join(folder, LIGHT.outerLinks, "solver-planner(math).pt"),
        linkFile("planner", 8, 8, "inner"),
      ),
    /solver-planner\(math\)\.pt is not an outer link from the solver, 6 wide, to the planner, 8 wide: it holds .*wanted is .*residual_proj\.weight.*Try /,
  ],
  [
    "the manifest gives a link other widths",
    (folder) =>
      writeFile(
        join(folder, LIGHT.outerLinks, "outerlink_config.json"),
        JSON.stringify({
          adapters: ["12:planner-critic", "23:critic-solver", "31:solver-planner"].map((pair) => ({
            legacy_key: `outer_${pair.slice(0, 2)}`,
            filename: `${pair.slice(3)}(math).pt`,
            in_dim: 2048,
          })),
        }),
      ),
    /gives it the widths 2048 to 12; wanted is an outer link from the planner, 8 wide, to the critic, 12 wide\. Try /,
  ],
  [
    "a config.json is missing",
    (folder) => rename(join(folder, solver, "config.json"), join(folder, solver, "c.json")),
    /there is no file .*Solver.*config\.json\. Try /,
  ],
])("when %s, the error says so and no tensor stays", async (_, breakIt, message) => {
  const copy = await brokenCopy(breakIt);
  const left = await tensorsLeftBy(() =>
    expect(loadSystem("sequential-light", { root: copy })).rejects.toThrow(message),
  );
  expect(left).toBe(0);
  await rm(copy, { recursive: true });
});

test("an option out of range is refused, and what was loaded is freed", async () => {
  const left = await tensorsLeftBy(async () => {
    await expect(loadSystem("mixture", { root, medium: "air" as "text" })).rejects.toThrow(/medium is "air"/);
  });
  expect(left).toBe(0);
  await expect(loadSystem("mixtur" as "mixture", { root })).rejects.toThrow(/name is "mixtur".*"mixture"/);
  await expect(loadSystem("mixture", { root, task: "maths" as "math" })).rejects.toThrow(/task is "maths"/);
  await expect(loadSystem("mixture", { root, kind: "x" as "math" })).rejects.toThrow(/kind is "x"/);
  await expect(loadSystem("mixture", { root, latentSteps: 0 })).rejects.toThrow(/latentSteps is 0/);
});
