import type { Agent } from "../agent/agent";
import { loadAgent } from "../agent/loadAgents";
import { ready } from "../engine/backend";
import { checkChoice, checkCount } from "../engine/check";
import { release } from "../engine/memory";
import type { Links } from "../system/links";
import { deliberationTools } from "../system/styles/deliberationTools";
import { type Composition, type MediumChoice, type MessageLimits, RecursiveSystem } from "../system/system";
import type { Tool } from "../tool/tool";
import { type FolderOptions, findFolders } from "./folders";
import { type LinkTask, layoutOf, type ReleasedName } from "./layout";
import { loadReleasedLinks } from "./loadLinks";
import { type CustomPrompts, customPrompts, type PromptsByKind, type RolePrompts } from "./promptFile";
import { PROMPT_KINDS, type PromptKind, releasedPrompts } from "./prompts";
import { type Benchmark, type RecommendedSettings, recommendedSettings } from "./recommended";
import { textBaseline } from "./textBaseline";

/** How a released system is loaded. */
export interface LoadSystemOptions extends FolderOptions {
  /**
   * Which benchmark the defaults of `task`, `kind`, `latentSteps` and `maxMessageTokens` serve, as
   * {@link recommendedSettings} gives them. Default `"math500"`.
   */
  benchmark?: Benchmark;
  /** Which links, where there is a set for each task; `"math"` also serves choice questions. Default: the benchmark's. */
  task?: LinkTask;
  /** Which prompts. Default: the benchmark's, or those of another task that is given. */
  kind?: PromptKind;
  /** Prompts in place of ours: by role, or by kind and role; or the path of a JSON file of them. */
  prompts?: CustomPrompts | string;
  /** m. Default: what the authors recommend for the benchmark. */
  latentSteps?: number;
  /** One for all edges, or by edge. Default `"latent"`. */
  medium?: MediumChoice;
  /** Default `"outer(inner(h))"`, as the released links were trained. */
  composition?: Composition;
  /**
   * The longest message in text, in tokens. Default: the length of an answer, as in the released text baseline; that of
   * the benchmark, or of a typical one of another kind that is given.
   */
  maxMessageTokens?: number;
  /** By role, further limits of what an agent says in text to another. Default none. */
  messageLimits?: MessageLimits;
  /** What the speaker may call while it answers. Default: Python and search for the deliberation system, else none. */
  tools?: readonly Tool[];
  /**
   * Repeat what the released code does oddly when it runs. On code tasks, the sequential planner is given the prompt for
   * math from the second round on. With `medium: "text"`, messages and prompts are also cut as in the released text
   * baseline: a Gemma planner, but on code, writes three to five steps without the answer, at most 200 tokens and 1,000
   * characters; on GPQA the scaled system's plan and refined plan end after 500 characters; on choice questions the
   * planner does not see the lines on how to write the choice, and the critic is told not to calculate the answer. With
   * prompts of your own only messages are cut. The other styles run alike, and the faults of the released graders are
   * not part of it. `mas.withMedium("text", { asReleased: true })` makes the same cuts later. Default false: text is
   * neither cut nor clamped.
   */
  asReleased?: boolean;
}

const TASKS: readonly LinkTask[] = ["math", "code"];

/** The benchmark that gives a kind of questions its answer length when the one asked for is of another kind. */
const TYPICAL: Readonly<Record<PromptKind, Benchmark>> = {
  math: "math500",
  choice: "medqa",
  code: "mbppplus",
};

/**
 * Loads a system that the paper's authors have released: its agents with their inner links, and its outer links, from
 * the folders as they are on the hub, or older ones. Each prompt has the released slots and order of parts, in words of
 * our own.
 *
 * Questions hold the field `question`, and for code also `interface`, a line that says what to return. The deliberation
 * system's tool-caller has {@link pythonTool} and {@link searchTool}, or the `tools` given.
 *
 * The weights are float32 in memory, four bytes a parameter: some 18 GB for sequential-light. Free them with the
 * system's and each agent's `dispose`.
 *
 * @throws if a folder or a file is missing or damaged, a link does not fit its agents, an option is out of range, or the
 *   authors did not run the system on the benchmark; the error names the file, and nothing stays in memory
 * @example
 * const mas = await loadSystem("sequential-light", { root: "models", benchmark: "gpqa" });
 * const { rounds, batchSize, decoding, maxNewTokens } = recommendedSettings("sequential-light", "gpqa");
 * const test = [{ id: "1", question: { question: "2 + 2? A) 3 B) 4" }, answer: "B", messages: [] }];
 * const grade = (text: string, { answer }: Example) => text.includes(`boxed{${answer}}`);
 * const gpqa: Task = { name: "gpqa", train: [], test, maxNewTokens, grade };
 * await evaluate(mas, gpqa, { rounds, batchSize, decoding });
 */
export async function loadSystem(
  name: ReleasedName,
  {
    root,
    download,
    benchmark = "math500",
    task,
    kind,
    prompts,
    latentSteps,
    medium,
    composition,
    maxMessageTokens,
    messageLimits,
    tools = name === "deliberation" ? deliberationTools() : [],
    asReleased = false,
  }: LoadSystemOptions = {},
): Promise<RecursiveSystem> {
  const layout = layoutOf(name);
  const settings = settingsFor(name, benchmark, { task, kind });
  if (latentSteps !== undefined) checkCount("latentSteps", latentSteps);
  const byKind = prompts
    ? await customPrompts(prompts, layout.style)
    : (kind: PromptKind) => releasedPrompts(name, kind);
  const told = asReleased ? withFaults(byKind, settings.kind) : byKind(settings.kind);
  const folders = await findFolders(name, { root, download });
  await ready();
  const links = await loadReleasedLinks(layout, folders, settings.task);
  try {
    const agents = await loadTeam(folders.agents, told);
    try {
      const system = await RecursiveSystem.create(layout.style, agents, {
        latentSteps: latentSteps ?? settings.latentSteps,
        maxMessageTokens: maxMessageTokens ?? settings.maxNewTokens,
        medium,
        messageLimits,
        tools,
        composition,
        links,
        textBaseline: textBaseline(name, {
          benchmark,
          kind: settings.kind,
          ownPrompts: prompts !== undefined,
        }),
      });
      const cut = asReleased && system.medium === "text";
      return cut ? system.withMedium("text", { asReleased }) : system;
    } catch (error) {
      disposeAll(agents);
      throw error;
    }
  } catch (error) {
    releaseLinks(links);
    throw error;
  }
}

/** The settings of a benchmark, with the task and the kind of questions that are asked for in place of its own. */
function settingsFor(
  name: ReleasedName,
  benchmark: Benchmark,
  asked: Pick<LoadSystemOptions, "task" | "kind">,
): RecommendedSettings {
  const settings = recommendedSettings(name, benchmark);
  const { task = settings.task } = asked;
  const { kind = task === settings.task ? settings.kind : task } = asked;
  checkChoice("task", task, TASKS);
  checkChoice("kind", kind, PROMPT_KINDS);
  const { maxNewTokens } = kind === settings.kind ? settings : recommendedSettings(name, TYPICAL[kind]);
  return { ...settings, task, kind, maxNewTokens };
}

/** The released code asks for the planner's later prompt without saying what the task is, and gets the one for math. */
function withFaults(byKind: PromptsByKind, kind: PromptKind): RolePrompts {
  const prompts = byKind(kind);
  const { planner } = prompts;
  if (kind !== "code" || !planner) return prompts;
  return { ...prompts, planner: { ...planner, recurring: byKind("math").planner!.recurring } };
}

async function loadTeam(
  folders: Readonly<Record<string, string>>,
  prompts: RolePrompts,
): Promise<Record<string, Agent>> {
  const agents: Record<string, Agent> = {};
  try {
    for (const [role, folder] of Object.entries(folders)) {
      agents[role] = await loadAgent(folder, { prompts: prompts[role]!, name: role });
    }
    return agents;
  } catch (error) {
    disposeAll(agents);
    throw error;
  }
}

function disposeAll(agents: Readonly<Record<string, Agent>>): void {
  for (const agent of Object.values(agents)) agent.dispose();
}

function releaseLinks({ inner, outer }: Links): void {
  release([inner, outer]);
}
