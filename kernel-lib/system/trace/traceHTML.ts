import { escapeHTML } from "../../engine/html";
import type { ToolCall } from "../rounds/report";
import { heading, type Line, linesOf, totals } from "./lines";
import type { TraceStep } from "./step";
import type { Trace } from "./trace";
import { duration, flat } from "./words";

// colours that read on a light and on a dark page; rows of several lines, so no stripes
const RULE = "rgba(128,140,152,.25)";
const STRONG = "rgba(128,140,152,.6)";
const BLOCK = "margin:2px 0;padding:2px 10px;background:rgba(128,140,152,.12);border-left:3px solid";
const MONO = "font-family:monospace;white-space:pre-wrap;overflow-wrap:anywhere";
const LONGEST = 400; // longer text is folded, and its start shown
const START = 200;

/** What a column's numbers are: shows when the pointer rests on its heading. */
const HELP: Readonly<Record<string, string>> = {
  norm: "length of the hidden state",
  cosine: "to the same agent's thought of the round before",
  tokens: "decoded in this turn",
};

/** A trace as a table: a row per turn, the prompts folded away below. */
export function traceHTML(trace: Trace): string {
  const latent = trace.steps.some(({ thoughts }) => thoughts);
  const measures = latent ? ["norm", "cosine"] : [];
  const title = latent ? "what it thinks, read through its output embedding" : "what it says";
  const heads = ["round", "agent", title, ...measures, "tokens", "ms"].map((name) => {
    const style = cell(name === "agent" || name === title ? "left" : "right", `2px solid ${STRONG}`);
    return `<th style="${style}" title="${HELP[name] ?? ""}">${name}</th>`;
  });
  const { answer, gold } = trace;
  const rows = trace.steps.map((step, i) => turnRows(step, trace.steps[i + 1], latent));
  const said =
    answer === undefined ? "none, the run was stopped" : `<b>${escapeHTML(flat(answer, START))}</b>`;
  return (
    `<table style="border-collapse:collapse;font-variant-numeric:tabular-nums">` +
    `<caption style="caption-side:top;text-align:left;padding:4px 12px;font-weight:600">${escapeHTML(heading(trace))}</caption>` +
    `<thead><tr>${heads.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>` +
    `<div style="padding:6px 12px">answer: ${said} (gold: ${escapeHTML(flat(gold, START))}; ${totals(trace)})</div>` +
    prompts(trace)
  );
}

const cell = (side: "left" | "right", rule: string): string =>
  `text-align:${side};vertical-align:top;padding:3px 12px;border-bottom:${rule}`;

function turnRows(step: TraceStep, next: TraceStep | undefined, latent: boolean): string {
  const lines = linesOf(step);
  const rule = `1px solid ${next && next.round > step.round ? STRONG : RULE}`;
  const tall = lines.length > 1 ? ` rowspan="${lines.length}"` : "";
  const around = (side: "left" | "right", content: string | number): string =>
    `<td${tall} style="${cell(side, rule)}">${content}</td>`;
  const rows = lines.map((line, i) => {
    const inner = lineCells(line, latent, i === lines.length - 1 ? rule : "0");
    if (i > 0) return inner;
    const { round, role, tokens, seconds } = step;
    return (
      around("right", round) +
      around("left", escapeHTML(role)) +
      inner +
      around("right", tokens || "") +
      around("right", (1000 * seconds).toFixed(0))
    );
  });
  return rows.map((row) => `<tr style="background:none">${row}</tr>`).join("");
}

function lineCells(line: Line, latent: boolean, rule: string): string {
  if (line.kind === "thought") {
    const { text: readings, norm, cosine } = line;
    const number = (value: string): string =>
      `<td style="${cell("right", rule)};white-space:nowrap">${value}</td>`;
    return `<td style="${cell("left", rule)}">${escapeHTML(readings)}</td>${number(norm)}${number(cosine)}`;
  }
  const wide = latent ? ' colspan="3"' : "";
  return `<td${wide} style="${cell("left", rule)}">${wordsHTML(line)}</td>`;
}

function wordsHTML(line: Exclude<Line, { kind: "thought" }>): string {
  if (line.kind === "call") return callBlock(line.call);
  return line.kind === "said" ? text(line.text) : `answers: <b>${text(line.text)}</b>`;
}

function callBlock({ tool, input, output, failed, seconds }: ToolCall): string {
  const colour = failed ? "#d55e00" : "#009e73";
  const told = `${escapeHTML(tool)}${failed ? " failed" : ""}, ${duration(seconds)}`;
  return (
    `<div style="${BLOCK} ${colour}"><b>${told}</b>` +
    `<div style="${MONO}">${text(input)}</div><div style="${MONO}">→ ${text(output)}</div></div>`
  );
}

/** Words as they were written; what is long unfolds. */
function text(words: string): string {
  if (words.trim() === "") return escapeHTML(flat(words, START));
  const whole = `<span style="white-space:pre-wrap;overflow-wrap:anywhere">${escapeHTML(words)}</span>`;
  if (words.length <= LONGEST) return whole;
  return `<details><summary>${escapeHTML(flat(words, START))}</summary>${whole}</details>`;
}

function prompts({ steps }: Trace): string {
  const items = steps.map(
    ({ round, role, prompt }) =>
      `<div style="margin:6px 0"><b>round ${round}, ${escapeHTML(role)}</b><div style="${BLOCK} ${STRONG};${MONO}">${escapeHTML(prompt)}</div></div>`,
  );
  return `<details style="padding:0 12px"><summary>prompts as they were read</summary>${items.join("")}</details>`;
}
