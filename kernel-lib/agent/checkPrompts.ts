import { shown } from "../engine/check";
import { nearest } from "../engine/nearest";

const FIELDS: readonly string[] = ["system", "opening", "recurring"];

/**
 * Throws unless prompts are an object of texts, `recurring` among them, and of nothing else.
 *
 * @param whose begins the error: whose prompts they are, such as `the prompts of agent "critic"`
 */
export function checkPrompts(whose: string, prompts: unknown): void {
  if (typeof prompts !== "object" || prompts === null || Array.isArray(prompts)) {
    const text = typeof prompts === "string" ? prompts : "…";
    throw new TypeError(
      `${whose} are ${shown(prompts)}; they must be an object of texts. Try { recurring: ${shown(text)} }.`,
    );
  }
  const given = prompts as Readonly<Record<string, unknown>>;
  const stranger = Object.keys(given).find((key) => !FIELDS.includes(key));
  if (stranger !== undefined) {
    throw new TypeError(
      `${whose} have ${shown(stranger)}; they can have ${FIELDS.join(", ")}. Try ${nearest(stranger, FIELDS)}.`,
    );
  }
  if (given.recurring === undefined) {
    throw new TypeError(
      `${whose} lack recurring, the text that the agent is told every round. Try { recurring: "…" }.`,
    );
  }
  const [wrong, value] =
    Object.entries(given).find(([, text]) => text !== undefined && typeof text !== "string") ?? [];
  if (wrong !== undefined) {
    throw new TypeError(`${whose} have ${wrong} = ${shown(value)}; it must be a text. Try ${wrong}: "…".`);
  }
}
