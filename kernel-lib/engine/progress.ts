import { randomUUID } from "node:crypto";
import { type KernelBridge, kernelBridge } from "./bridge";
import type { LoopControl } from "./control";
import { escapeHTML } from "./html";
import { bar, duration, sparkline } from "./progressText";

/** Tells that `step` of the total is done. */
export type Report = (step: number, metrics?: Record<string, number>) => void;

const MODES = ["none", "text", "html"] as const;
const LEAST_MS = 100; // a bar changes at most ten times a second

/**
 * Chooses how a loop tells its progress: through `control.onProgress`, or as a bar in the running notebook cell,
 * or not at all. `RECURSIVEMAS_PROGRESS` overrides the default: `none`, `text` (a line per 10 % on standard
 * error) or `html` (the bar, in a notebook).
 *
 * @throws if RECURSIVEMAS_PROGRESS is something else
 * @example const report = progressReporter(control, "warm start", 200); report(1, { loss: 0.9 });
 */
export function progressReporter({ onProgress }: LoopControl, label: string, total: number): Report {
  if (onProgress === null) return () => undefined;
  if (onProgress) return (step, metrics) => onProgress({ label, step, total, ...(metrics && { metrics }) });
  const bridge = kernelBridge();
  const wanted = process.env.RECURSIVEMAS_PROGRESS || "html";
  const mode = MODES.find((candidate) => candidate === wanted);
  if (!mode) throw new Error(`RECURSIVEMAS_PROGRESS is "${wanted}"; it can be ${MODES.join(", ")}.`);
  if (mode === "text") return lines(label, total);
  return mode === "html" && bridge ? cellBar(bridge, label, total) : () => undefined;
}

/** What a bar shows: the newest metrics, the history of the loss, the time since it began. */
interface State {
  label: string;
  step: number;
  total: number;
  metrics: Record<string, number>;
  losses: number[];
  started: number;
}

const begin = (label: string, total: number): State => ({
  label,
  step: 0,
  total,
  metrics: {},
  losses: [],
  started: Date.now(),
});

function advance(state: State, step: number, metrics: Record<string, number> = {}): void {
  state.step = step;
  Object.assign(state.metrics, metrics);
  if (metrics.loss !== undefined && Number.isFinite(metrics.loss)) state.losses.push(metrics.loss);
}

/** One output of the cell, shown at once and then replaced; the finished state is always sent, and saved. */
function cellBar(bridge: KernelBridge, label: string, total: number): Report {
  const state = begin(label, total);
  const displayId = randomUUID();
  let shown = Date.now();
  bridge.display(bundle(state), { displayId });
  return (step, metrics) => {
    advance(state, step, metrics);
    const now = Date.now();
    if (step < total && now - shown < LEAST_MS) return;
    shown = now;
    bridge.display(bundle(state), { displayId, update: true });
  };
}

/** A line on standard error at each tenth of the way. */
function lines(label: string, total: number): Report {
  const state = begin(label, total);
  let told = 0;
  return (step, metrics) => {
    advance(state, step, metrics);
    const tenth = Math.floor(10 * share(state));
    if (tenth <= told) return;
    told = tenth;
    process.stderr.write(`${label} ${text(state)}\n`);
  };
}

const share = ({ step, total }: State): number => (total > 0 ? Math.min(1, step / total) : 1);

function bundle(state: State): Record<string, string> {
  const done = `<progress value="${Math.min(state.step, state.total)}" max="${state.total}" style="width:16em;vertical-align:middle"></progress>`;
  const html = `<div>${escapeHTML(state.label)} ${done} ${escapeHTML(details(state).join(" · "))}</div>`;
  return { "text/html": html, "text/plain": `${state.label} ${text(state)}` };
}

const text = (state: State): string => `${bar(share(state), 20)} ${details(state).join(", ")}`;

function details(state: State): string[] {
  const seconds = (Date.now() - state.started) / 1000;
  const done = share(state);
  const left = done > 0 && done < 1 ? [`ETA ${duration((seconds * (1 - done)) / done)}`] : [];
  const figures = Object.entries(state.metrics).map(
    ([name, value]) => `${name} ${Number(value.toPrecision(3))}`,
  );
  const curve = state.losses.length > 1 ? [sparkline(state.losses, 16)] : [];
  return [`${Math.floor(100 * done)} %`, duration(seconds), ...left, [...figures, ...curve].join(" ")].filter(
    Boolean,
  );
}
