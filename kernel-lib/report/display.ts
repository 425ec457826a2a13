import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { DISPLAY, kernelBridge, type MimeBundle } from "../engine/bridge";

/** An output that can be replaced; see {@link display}. */
export interface Shown {
  /** Shows another value in the same place, also from a later cell or a widget's handler. */
  update(value: unknown): Promise<void>;
  /** Empties the place. */
  clear(): Promise<void>;
  /** Shows nothing itself, so that a cell may end with `display(…)`. */
  [DISPLAY](): undefined;
}

/**
 * Shows a value in the running cell, as if it were the last expression. Outside a notebook its text is printed.
 *
 * @returns a handle with which to replace what is shown; of two updates at once the newer one stays
 * @example
 * const shown = await display(heatmap(grid));
 * await shown.update(heatmap(better));
 */
export async function display(value: unknown): Promise<Shown> {
  const displayId = randomUUID();
  let [asked, published, visible] = [0, 0, false];
  const put = async (next: unknown, clear = false): Promise<void> => {
    const turn = ++asked;
    const bundle = clear ? undefined : await bundleOf(next);
    // Drawing takes time: an update that was asked for later may have been faster.
    if (turn < published) return;
    published = turn;
    if (!bundle && !visible) return;
    publish(bundle ?? { "text/plain": "" }, displayId, visible);
    visible = true;
  };
  await put(value);
  return { update: (next) => put(next), clear: () => put(undefined, true), [DISPLAY]: () => undefined };
}

function publish(bundle: MimeBundle, displayId: string, update: boolean): void {
  const bridge = kernelBridge();
  if (bridge) bridge.display(bundle, update ? { displayId, update } : { displayId });
  else if (bundle["text/plain"]) console.log(bundle["text/plain"]);
}

async function bundleOf(value: unknown): Promise<MimeBundle | undefined> {
  const bridge = kernelBridge();
  if (bridge?.show) return bridge.show(value);
  if (value === undefined || value === null) return undefined;
  const own = (value as { [DISPLAY]?: () => MimeBundle | undefined | Promise<MimeBundle | undefined> })[
    DISPLAY
  ];
  if (typeof own === "function") return own.call(value);
  return { "text/plain": typeof value === "string" ? value : inspect(value) };
}
