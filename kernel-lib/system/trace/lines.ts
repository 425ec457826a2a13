import type { ToolCall } from "../rounds/report";
import type { TraceStep } from "./step";
import type { Trace } from "./trace";
import { chainText, counted, duration, rangeText, readingsText } from "./words";

/** One line of a turn in a table: a thought or a chain of them, words, or the use of a tool. */
export type Line =
  | { kind: "thought"; text: string; norm: string; cosine: string }
  | { kind: "said" | "answer"; text: string }
  | { kind: "call"; call: ToolCall };

/** So many thoughts of one turn get a line each; more are read along in one. */
const MOST_LINES = 4;

/** What a turn shows: its thoughts, what was said, the tools on the way, the answer. */
export function linesOf({ thoughts = [], said, calls, answer }: TraceStep): Line[] {
  const alone = thoughts.length <= MOST_LINES && thoughts.some(({ readings }) => readings.length > 1);
  const groups = alone || thoughts.length === 0 ? thoughts.map((one) => [one]) : [thoughts];
  return [
    ...groups.map(
      (group): Line => ({
        kind: "thought",
        text: group.length === 1 ? readingsText(group[0]!.readings) : chainText(group),
        norm: rangeText(
          group.map(({ norm }) => norm),
          1,
        ),
        cosine: rangeText(
          group.map(({ cosine }) => cosine),
          2,
        ),
      }),
    ),
    ...calls.map((call): Line => ({ kind: "call", call })),
    ...(said === undefined ? [] : [{ kind: "said", text: said } as const]),
    ...(answer === undefined ? [] : [{ kind: "answer", text: answer } as const]),
  ];
}

/** What stands above a trace. */
export function heading({ id, system }: Trace): string {
  const { style, medium, latentSteps } = system;
  const thoughts = `${counted(latentSteps, "thought")} a turn`;
  const how = { text: "in words", latent: `latent, ${thoughts}`, mixed: `latent and in words, ${thoughts}` };
  return `question “${id}” · ${style} · ${how[medium]}`;
}

/** What stands below: what all turns cost. */
export function totals({ steps, tokens, seconds }: Trace): string {
  const thoughts = steps.reduce((sum, step) => sum + (step.thoughts?.length ?? 0), 0);
  const parts = [thoughts && counted(thoughts, "thought"), counted(tokens, "token"), duration(seconds)];
  return parts.filter(Boolean).join(", ");
}
