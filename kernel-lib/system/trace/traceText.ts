import { type Line, linesOf, totals } from "./lines";
import type { TraceStep } from "./step";
import type { Trace } from "./trace";
import { duration, flat } from "./words";

/** A trace for a terminal: a line per thought, message, use of a tool and answer. */
export function traceText(trace: Trace): string {
  const width = Math.max(...trace.system.order.map((role) => role.length));
  const { answer, gold } = trace;
  return [
    ...trace.steps.flatMap((step) => turnLines(step, width)),
    `answer: ${answer === undefined ? "none, the run was stopped" : flat(answer)}   (gold: ${flat(gold)}; ${totals(trace)})`,
  ].join("\n");
}

function turnLines(step: TraceStep, width: number): string[] {
  const head = `round ${step.round}  ${step.role.padEnd(width)}  `;
  return linesOf(step).map((line, i) => `${i === 0 ? head : " ".repeat(head.length)}${lineText(line)}`);
}

function lineText(line: Line): string {
  if (line.kind === "thought") {
    const { text, norm, cosine } = line;
    return `${text}   norm ${norm}${cosine && `, cosine ${cosine}`}`;
  }
  if (line.kind === "call") {
    const { tool, input, output, failed, seconds } = line.call;
    return `${tool}${failed ? " failed" : ""}: ${flat(input)} → ${flat(output)}   ${duration(seconds)}`;
  }
  return line.kind === "said" ? flat(line.text) : `answers: ${flat(line.text)}`;
}
