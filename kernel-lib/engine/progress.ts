import { randomUUID } from "node:crypto";
import { type KernelBridge, kernelBridge } from "./bridge";
import { checkVariable } from "./check";
import { AbortedError, type LoopControl, signalOf } from "./control";
import { escapeHTML } from "./html";
import { bar, duration, sparkline } from "./progressText";

/** Tells that `step` of the total is done. */
export type Report = (step: number, metrics?: Record<string, number>) => void;

/** What a bar is about. */
export interface LoopLabel {
  label: string;
  total: number;
  /** Steps that an earlier run has done. Default: 0. */
  from?: number;
}

type Ending = "finished" | "stopped" | "failed";

/** Shows the steps of one loop, and how it ended. */
interface Bar {
  report: Report;
  end(how: Ending): void;
}

const MODES = ["none", "text", "html"] as const;
const LEAST_MS = 100; // a bar changes at most ten times a second
/** A shorter loop outside a notebook says nothing unless it is asked to. */
const QUIET_MS = 5000;

/**
 * Runs a loop and tells its progress: through `control.onProgress`, or as a bar in the running notebook cell, or,
 * outside a notebook, in a line per 10 % on standard error once it has taken five seconds. `RECURSIVEMAS_PROGRESS`
 * overrides the default: `none`, `text` (the lines, from the start, also in a notebook) or `html` (only the bar).
 * The last state is always shown, also when the loop is stopped or fails.
 *
 * @param work does the loop; it is given the function that reports a step
 * @throws what `work` throws; if RECURSIVEMAS_PROGRESS is something else
 * @example
 * await withProgress(control, { label: "warm start", total: 200 }, async (report) => {
 *   for (let step = 1; step <= 200; step++) report(step, { loss: await descendOnce() });
 * });
 */
export async function withProgress<T>(
  control: LoopControl,
  loop: LoopLabel,
  work: (report: Report) => Promise<T>,
): Promise<T> {
  const shown = open(control, loop);
  try {
    const result = await work(shown.report);
    shown.end("finished");
    return result;
  } catch (error) {
    const stopped = error instanceof AbortedError || signalOf(control)?.aborted;
    shown.end(stopped ? "stopped" : "failed");
    throw error;
  }
}

function open({ onProgress }: LoopControl, loop: LoopLabel): Bar {
  const { label, total } = loop;
  const nothing = () => undefined;
  if (onProgress === null) return { report: nothing, end: nothing };
  if (onProgress) {
    const report: Report = (step, metrics) => onProgress({ label, step, total, ...(metrics && { metrics }) });
    return { report, end: nothing };
  }
  const bridge = kernelBridge();
  const wanted = process.env.RECURSIVEMAS_PROGRESS || "";
  if (wanted) checkVariable("RECURSIVEMAS_PROGRESS", wanted, MODES);
  if (wanted === "text") return lines(loop, 0);
  if (bridge && wanted !== "none") return cellBar(bridge, loop);
  return wanted ? { report: nothing, end: nothing } : lines(loop, QUIET_MS);
}

/** What a bar shows: the newest metrics, the history of the loss, the time since it began. */
interface State {
  label: string;
  from: number;
  step: number;
  total: number;
  metrics: Record<string, number>;
  losses: number[];
  started: number;
  ended?: Ending;
}

const begin = ({ label, total, from = 0 }: LoopLabel): State => ({
  label,
  from,
  step: from,
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

/** A loop that finished has done all its steps, also when an earlier run did them and none was reported. */
function finish(state: State, how: Ending): void {
  state.ended = how;
  if (how === "finished") state.step = state.total;
}

/** One output of the cell, shown at once and then replaced; the last state is always sent, and saved. */
function cellBar(bridge: KernelBridge, loop: LoopLabel): Bar {
  const state = begin(loop);
  const displayId = randomUUID();
  let shownAt = Date.now();
  let shownStep = state.step;
  bridge.display(bundle(state), { displayId });
  const show = () => {
    [shownAt, shownStep] = [Date.now(), state.step];
    bridge.display(bundle(state), { displayId, update: true });
  };
  return {
    report(step, metrics) {
      advance(state, step, metrics);
      if (step >= state.total || Date.now() - shownAt >= LEAST_MS) show();
    },
    end(how) {
      finish(state, how);
      if (how !== "finished" || shownStep !== state.step) show();
    },
  };
}

/** A line on standard error at each tenth of the way, after a time of quiet. */
function lines(loop: LoopLabel, quiet: number): Bar {
  const state = begin(loop);
  const tenths = () => Math.floor(10 * share(state) + 1e-9);
  let told = tenths();
  const tell = () => process.stderr.write(`${state.label} ${text(state)}\n`);
  const loud = () => Date.now() - state.started >= quiet;
  return {
    report(step, metrics) {
      advance(state, step, metrics);
      if (tenths() <= told || !loud()) return;
      told = tenths();
      tell();
    },
    end(how) {
      finish(state, how);
      if (loud() && (how !== "finished" || told < 10)) tell();
    },
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
  const { ended, step, from, total } = state;
  const seconds = (Date.now() - state.started) / 1000;
  const running = !ended && step > from && step < total;
  const left = running ? [`ETA ${duration((seconds * (total - step)) / (step - from))}`] : [];
  const figures = Object.entries(state.metrics).map(
    ([name, value]) => `${name} ${Number(value.toPrecision(3))}`,
  );
  const curve = state.losses.length > 1 ? [sparkline(state.losses, 16)] : [];
  const percent = `${Math.floor(100 * share(state) + 1e-9)} %`;
  const where = ended && ended !== "finished" ? `${ended} at ${percent}` : percent;
  return [where, duration(seconds), ...left, [...figures, ...curve].join(" ")].filter(Boolean);
}
