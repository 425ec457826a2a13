import type { Data } from "plotly.js";
import { shown } from "../engine/check";
import { escapeHTML } from "../engine/html";
import { type Provenance, stamp } from "../experiment/provenance";
import type { Thought } from "../system/trace/step";
import { Trace } from "../system/trace/trace";
import { counted, readingsText } from "../system/trace/words";
import { type Figure, figure } from "./figure";
import { type Plane, principalPlane } from "./principal";
import { sideBySide } from "./sideBySide";
import { faint, MUTED, sequentialAt } from "./theme";

export interface LatentMapOptions {
  /** Which thought of a turn stands for it: its number, from 1, or the mean of all. Default `"mean"`. */
  thought?: number | "mean";
  title?: string;
  subtitle?: string;
  caption?: string;
  provenance?: Provenance;
}

/**
 * Maps latent thoughts: for each agent the plane in which its thoughts differ most (principal components), a point per
 * question and round, a line from round to round. Widths differ between agents, so each has a plane of its own.
 *
 * @throws if no trace has latent thoughts, traces of other systems are among them, or a turn lacks the thought asked for
 * @example latentMap(await traceMany(mas, task.test.slice(0, 50), { rounds: 4 }))
 */
export function latentMap(traces: Trace | readonly Trace[], options: LatentMapOptions = {}): Figure {
  const all = traces instanceof Trace ? [traces] : traces;
  checkTraces(all);
  const { thought = "mean", caption, provenance } = options;
  const [{ system }] = all as [Trace];
  const rounds = Math.max(...all.map((trace) => trace.rounds));
  const panels = system.order
    .map((role) => ({ role, points: pointsOf(all, role, thought) }))
    .filter(({ points }) => points.length > 0)
    .map(({ role, points }) => panel(role, points, rounds));
  if (panels.length === 0) {
    throw new Error(
      `none of ${counted(all.length, "trace")} has latent thoughts: the agents wrote to one another. ` +
        'Try traceMany(mas.withMedium("latent"), task.test).',
    );
  }
  const {
    title = "Where the thoughts lie, round by round",
    subtitle = `${counted(all.length, "question")}; principal components of each agent's hidden states`,
  } = options;
  return sideBySide(panels, {
    name: "latents",
    title,
    subtitle,
    caption,
    stamp: provenance && stamp(provenance),
    panelHeight: panels.length === 1 ? 320 : 220,
    columns: panels.length === 1 ? 1 : undefined,
  });
}

/** One turn of one question. */
interface Spot {
  trace: number;
  id: string;
  round: number;
  vector: ArrayLike<number>;
  reading: string;
}

function pointsOf(traces: readonly Trace[], role: string, thought: number | "mean"): Spot[] {
  return traces.flatMap(({ id, steps }, trace) =>
    steps.flatMap((step) => {
      if (step.role !== role || !step.thoughts) return [];
      const chosen = thought === "mean" ? step.thoughts : [thoughtAt(step.thoughts, thought, role)];
      const reading = chosen.map(({ readings }) => escapeHTML(readingsText(readings))).join("<br>");
      return [{ trace, id, round: step.round, vector: meanOf(chosen), reading }];
    }),
  );
}

function thoughtAt(thoughts: readonly Thought[], number: number, role: string): Thought {
  const found = thoughts[number - 1];
  if (found) return found;
  throw new RangeError(
    `thought is ${shown(number)}, and a turn of the ${role} has ${thoughts.length}. ` +
      `Try thought: ${thoughts.length}, or "mean".`,
  );
}

function meanOf(thoughts: readonly Thought[]): ArrayLike<number> {
  const [{ vector }] = thoughts as [Thought];
  if (thoughts.length === 1) return vector;
  return Float64Array.from(vector, (_, i) =>
    thoughts.reduce((sum, thought) => sum + thought.vector[i]! / thoughts.length, 0),
  );
}

function panel(role: string, spots: readonly Spot[], rounds: number): Figure {
  const plane = principalPlane(spots.map(({ vector }) => vector));
  const many = spots.length > 60;
  const marks = Array.from({ length: rounds }, (_, i): Data => {
    const here = spots.flatMap((spot, at) =>
      spot.round === i + 1 ? [{ ...spot, point: plane.points[at]! }] : [],
    );
    return {
      type: "scatter",
      mode: "markers",
      // one row of legend holds six long names, or a dozen short ones
      name: rounds <= 6 || i === 0 ? `round ${i + 1}` : `${i + 1}`,
      showlegend: i % Math.ceil(rounds / 12) === 0,
      x: here.map(({ point }) => tidy(point[0])),
      y: here.map(({ point }) => tidy(point[1])),
      text: here.map(({ id, reading }) => `<b>${escapeHTML(id)}</b>, round ${i + 1}<br>${reading}`),
      hovertemplate: "%{text}<extra></extra>",
      marker: {
        color: sequentialAt(rounds === 1 ? 0.8 : 0.36 + (0.64 * i) / (rounds - 1)),
        size: many ? 6 : 9,
        line: { color: "#ffffff", width: many ? 0.5 : 1 },
      },
      cliponaxis: false,
    };
  });
  const name = (k: 0 | 1): string => {
    const share = plane.explained[k];
    return Number.isNaN(share) ? `PC ${k + 1}` : `PC ${k + 1} (${(100 * share).toFixed(0)} %)`;
  };
  const axis = { zeroline: false, showline: true, nticks: 5 };
  return figure({
    name: role,
    title: escapeHTML(role),
    data: [ways(spots, plane, many), ...marks],
    layout: {
      xaxis: { ...axis, title: { text: name(0) } },
      yaxis: { ...axis, title: { text: name(1), standoff: 4 } },
      hovermode: "closest",
    },
    legend: true,
    text: `${role}: ${counted(spots.length, "thought")} of width ${spots[0]!.vector.length}; ${name(0)}, ${name(1)}`,
  });
}

/** The lines of all questions from round to round, as one: a gap between two questions. */
function ways(spots: readonly Spot[], { points }: Plane, many: boolean): Data {
  const [x, y]: (number | null)[][] = [[], []];
  for (const [i, { trace }] of spots.entries()) {
    if (i > 0 && spots[i - 1]!.trace !== trace) {
      x!.push(null);
      y!.push(null);
    }
    x!.push(tidy(points[i]![0]));
    y!.push(tidy(points[i]![1]));
  }
  return {
    type: "scatter",
    mode: "lines",
    x,
    y,
    line: { color: faint(MUTED, many ? 0.16 : 0.4), width: 1 },
    hoverinfo: "skip",
    showlegend: false,
    cliponaxis: false,
  } as Data;
}

const tidy = (value: number): number => Number(value.toPrecision(5));

function checkTraces(traces: readonly Trace[]): void {
  const list: readonly unknown[] = Array.isArray(traces) ? traces : [traces];
  const stranger = list.find((one) => !(one instanceof Trace));
  if (list.length === 0 || stranger !== undefined || list.includes(undefined)) {
    throw new TypeError(
      `the traces are ${shown(list.length === 0 ? traces : stranger)}; they must be one or more of what trace() and ` +
        "traceMany() give. Try latentMap(await traceMany(mas, task.test.slice(0, 50))).",
    );
  }
  const kindOf = ({ system: { order, agents } }: Trace): string =>
    order.map((role) => `${role} of width ${agents[role]!.hiddenSize}`).join(", ");
  const [first] = traces as [Trace];
  const other = traces.find((trace) => kindOf(trace) !== kindOf(first));
  if (!other) return;
  throw new Error(
    `the traces are of several systems: ${kindOf(first)}; and ${kindOf(other)}. Try a map of each system's own.`,
  );
}
