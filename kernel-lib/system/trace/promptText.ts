import { type Question, renderPrompt } from "../../agent/prompt";
import { edgeName } from "../style";
import type { RecursiveSystem } from "../system";
import { opens, readsOpening, type Turn } from "../turns";
import type { Heard, TraceStep } from "./step";
import { chainText, counted, start } from "./words";

const MOST_THOUGHTS = 8;

/** What filled the slots of a turn's prompt, in the order of its edges. */
export const heardIn = (system: RecursiveSystem, { inputs, round }: Turn): Heard[] =>
  inputs.map((edge) => ({
    slot: edge.slot,
    from: edge.from,
    round: edge.feedback ? round - 1 : round,
    medium: system.mediumOf(edgeName(edge)),
  }));

/** An agent's prompt for one question as it was read, its slots shown with what came in; `before` are earlier turns. */
export function promptText(
  system: RecursiveSystem,
  question: Question,
  turn: Turn,
  heard: readonly Heard[],
  before: readonly TraceStep[],
): string {
  const agent = system.agents[turn.role]!;
  const slots = heard.map(({ slot }) => slot);
  const first = opens(turn) && readsOpening(system.style, turn.role);
  const pieces = renderPrompt(agent, question, slots, { first });
  const texts = pieces.map((piece) => {
    if (piece.kind === "ids") return agent.tokenizer.decode(piece.ids, { skipSpecialTokens: false });
    const message = heard.find(({ slot }) => slot === piece.name)!;
    const step = before.findLast(({ role, round }) => role === message.from && round === message.round);
    return `«${piece.name} ← ${message.from}: ${step ? contentOf(message, step) : "…"}»`;
  });
  return joined(texts);
}

function contentOf({ medium }: Heard, { said = "", thoughts = [] }: TraceStep): string {
  if (medium === "text") return said || "(nothing)";
  const rest = thoughts.length > MOST_THOUGHTS ? " · …" : "";
  const read = chainText(thoughts.slice(0, MOST_THOUGHTS));
  return `${counted(thoughts.length, "thought")}, ${start(read, 160)}${rest}`;
}

/** Tokenizers of whole words drop the blanks around a slot; others keep them. */
const joined = (texts: readonly string[]): string =>
  texts.reduce((all, text) => {
    const [touching, slot] = [/\S$/.test(all) && /^\S/.test(text), text.startsWith("«") || all.endsWith("»")];
    return all + (touching && slot ? " " : "") + text;
  }, "");
