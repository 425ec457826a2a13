import type { AgentPrompts } from "../agent/agent";
import { lacksOpening, openingSlots } from "../system/checkAgents";
import type { Style } from "../system/style";
import { splitAtSlots } from "../text/segments";
import { isObject, readObject } from "./files";
import { PROMPT_KINDS, type PromptKind } from "./prompts";

/** Prompts by role. */
export type RolePrompts = Readonly<Record<string, AgentPrompts>>;

/** Prompts of the user's own: by role for every kind of question, or by kind and then by role. */
export type CustomPrompts = RolePrompts | Readonly<Partial<Record<PromptKind, RolePrompts>>>;

const FIELDS: readonly string[] = ["system", "opening", "recurring"];

/** Prompts that were checked, by kind. */
export type PromptsByKind = (kind: PromptKind) => RolePrompts;

/**
 * Reads prompts that take the place of ours: an object, or the path of a JSON file that holds one.
 *
 * @throws if a role of the style is missing or unknown, or a prompt does not hold exactly the slots that it is to fill
 */
export async function customPrompts(given: CustomPrompts | string, style: Style): Promise<PromptsByKind> {
  const source = typeof given === "string" ? given : "the prompts given";
  const read = await contentOf(given);
  const keys = Object.keys(read);
  const byKind = keys.length > 0 && keys.every((key) => isKind(key, read[key]));
  if (!byKind) {
    const prompts = checked(read, style, source);
    return () => prompts;
  }
  const kinds = new Map(keys.map((kind) => [kind, checked(read[kind], style, `${source}, for ${kind}`)]));
  return (kind) => {
    const prompts = kinds.get(kind);
    if (prompts) return prompts;
    throw new Error(
      `${source} has no prompts for questions of the kind "${kind}"; it has ${keys.join(", ")}. ` +
        "Try adding them, or another kind.",
    );
  };
}

async function contentOf(given: unknown): Promise<Readonly<Record<string, unknown>>> {
  if (isObject(given)) return given;
  const read = typeof given === "string" ? await readObject(given) : undefined;
  if (read) return read;
  throw new Error(
    `prompts is ${JSON.stringify(given)}, which is neither a file that is there nor prompts by role. ` +
      'Try the path of a JSON file, or { planner: { opening: "…", recurring: "…" }, … }.',
  );
}

// The mixture has roles that are called as kinds are: a role's entry holds texts, a kind's entry holds roles.
function isKind(key: string, entry: unknown): boolean {
  if (!PROMPT_KINDS.includes(key as PromptKind)) return false;
  return !isObject(entry) || !Object.values(entry).some((value) => typeof value === "string");
}

function checked(given: unknown, style: Style, source: string): RolePrompts {
  const roles = isObject(given) ? given : {};
  const unknown = Object.keys(roles).find((role) => !style.order.includes(role));
  if (unknown !== undefined) {
    throw new Error(
      `${source}: there is no role "${unknown}" in the ${style.name} style. Try ${style.order.join(", ")}.`,
    );
  }
  return Object.fromEntries(
    style.order.map((role) => [role, checkedRole(roles[role], role, style, `${source}, ${role}`)]),
  );
}

function checkedRole(given: unknown, role: string, style: Style, source: string): AgentPrompts {
  if (!isObject(given) || typeof given.recurring !== "string") {
    throw new Error(`${source}: there is no text "recurring". Try { "${role}": { "recurring": "…" } }.`);
  }
  for (const [field, text] of Object.entries(given)) {
    if (FIELDS.includes(field) && typeof text === "string") continue;
    throw new Error(
      `${source}: "${field}" is ${FIELDS.includes(field) ? "no text" : "unknown"}. Try ${FIELDS.join(", ")}, all texts.`,
    );
  }
  const { system, opening, recurring } = given as unknown as AgentPrompts;
  const slots = style.edges.filter(({ to }) => to === role).map(({ slot }) => slot);
  checkSlots(recurring, slots, `${source}, "recurring"`);
  if (opening !== undefined) checkSlots(opening, openingSlots(style, role), `${source}, "opening"`);
  if (lacksOpening(style, role, { opening })) {
    throw new Error(
      `${source}: the agent starts when there are no messages yet, and has no prompt for that. ` +
        'Try adding "opening", a text without slots.',
    );
  }
  return { ...(system !== undefined && { system }), ...(opening !== undefined && { opening }), recurring };
}

function checkSlots(text: string, slots: readonly string[], source: string): void {
  try {
    splitAtSlots(text, slots);
  } catch (error) {
    const wanted = slots.map((slot) => `<<${slot}>>`).join(", ") || "no slot";
    throw new Error(`${source}: ${(error as Error).message}. Try a text that holds ${wanted}.`);
  }
}
