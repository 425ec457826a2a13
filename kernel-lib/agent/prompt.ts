import { Template } from "@huggingface/jinja";
import { splitAtSlots } from "../text/segments";
import type { Agent } from "./agent";

/** A prompt ready to read: token ids and, between them, slots to fill. */
export type PromptPiece = { kind: "ids"; ids: number[] } | { kind: "slot"; name: string };

/** The fields of a question, by the names that prompts use. */
export type Question = Readonly<Record<string, string>>;

/**
 * An agent's prompt for one question, rendered through its chat template, cut at the slots, each text tokenised on its
 * own (as the released code does).
 *
 * @param slots the slots that will be filled; with none, the agent's opening prompt is taken where it has one
 * @throws if the template names a field that the question lacks, or the slots do not match
 */
export function renderPrompt(agent: Agent, question: Question, slots: readonly string[]): PromptPiece[] {
  const { system, opening, recurring } = agent.prompts;
  const template = slots.length === 0 && opening !== undefined ? opening : recurring;
  const content = fillFields(template, question, agent.name);
  const { chatTemplate } = agent.tokenizer;
  const rendered = chatTemplate
    ? chatTemplate.render([
        ...(system === undefined ? [] : [{ role: "system" as const, content: system }]),
        { role: "user", content },
      ])
    : content;
  return splitAtSlots(rendered, slots).map((segment) =>
    segment.kind === "slot"
      ? { kind: "slot", name: segment.name }
      : { kind: "ids", ids: agent.tokenizer.encode(segment.text) },
  );
}

function fillFields(template: string, question: Question, agent: string): string {
  const wanted = [...template.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name]) => name!);
  const lacking = wanted.find((name) => !(name in question));
  if (lacking !== undefined) {
    throw new Error(
      `the prompt of agent "${agent}" asks for {{ ${lacking} }}, which the question does not have; ` +
        `it has ${Object.keys(question).join(", ")}`,
    );
  }
  return new Template(template).render({ ...question });
}
