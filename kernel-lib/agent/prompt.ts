import { Template } from "@huggingface/jinja";
import { nearest } from "../engine/nearest";
import { type Segment, splitAtSlots } from "../text/segments";
import type { Agent } from "./agent";

/** A prompt ready to read: token ids and, between them, slots to fill. */
export type PromptPiece = { kind: "ids"; ids: number[] } | { kind: "slot"; name: string };

/** The fields of a question, by the names that prompts use. */
export type Question = Readonly<Record<string, string>>;

/** Stands around a slot's name while fields are filled in: a question that quotes `<<plan>>` must not make a slot. */
const GUARD = "\u{F0000}"; // for private use, so in no text

/**
 * An agent's prompt for one question, rendered through its chat template, cut at the slots, each text tokenised on its
 * own (as the released code does).
 *
 * @param slots the slots that will be filled
 * @param options.first whether to take the agent's opening prompt, where it has one. Default: where no slot is filled
 * @throws if the template names a field that the question lacks, or the slots do not match
 */
export function renderPrompt(
  agent: Agent,
  question: Question,
  slots: readonly string[],
  { first = slots.length === 0 }: { first?: boolean } = {},
): PromptPiece[] {
  const { system, opening, recurring } = agent.prompts;
  const template = first && opening !== undefined ? opening : recurring;
  const marked = cut(template, slots, agent.name).map((segment) =>
    segment.kind === "slot" ? `${GUARD}${segment.name}${GUARD}` : segment.text,
  );
  const content = fillFields(marked.join(""), question, agent.name);
  const { chatTemplate } = agent.tokenizer;
  const rendered = chatTemplate
    ? chatTemplate.render([
        ...(system === undefined ? [] : [{ role: "system" as const, content: system }]),
        { role: "user", content },
      ])
    : content;
  // between guards stand the names of slots: text, slot, text, slot, …
  return rendered.split(GUARD).flatMap((text, i): PromptPiece[] => {
    if (i % 2 === 1) return [{ kind: "slot", name: text }];
    return text ? [{ kind: "ids", ids: agent.tokenizer.encode(text) }] : [];
  });
}

function cut(template: string, slots: readonly string[], agent: string): Segment[] {
  try {
    return splitAtSlots(template, slots);
  } catch (error) {
    throw new Error(`agent "${agent}": ${(error as Error).message}`);
  }
}

function compile(template: string, agent: string): Template {
  try {
    return new Template(template);
  } catch (error) {
    throw new Error(
      `the prompt of agent "${agent}" is not Jinja: ${(error as Error).message}. ` +
        "Try plain text with fields such as {{ problem }}.",
    );
  }
}

function fillFields(template: string, question: Question, agent: string): string {
  const wanted = [...template.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name]) => name!);
  const lacking = wanted.find((name) => !(name in question));
  if (lacking !== undefined) {
    const fields = Object.keys(question);
    const known = nearest(lacking, fields);
    throw new Error(
      `the prompt of agent "${agent}" asks for {{ ${lacking} }}, which the question does not have; ` +
        `it has ${fields.join(", ") || "no field"}. Try ${known ? `{{ ${known} }}` : "a prompt without it"}.`,
    );
  }
  const fields = Object.entries(question).map(([name, text]) => [name, text.replaceAll(GUARD, "")]);
  return compile(template, agent).render(Object.fromEntries(fields));
}
