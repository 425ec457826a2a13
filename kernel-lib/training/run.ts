import { inspect } from "node:util";
import { DISPLAY, type MimeBundle } from "../engine/bridge";
import type { LoopResult } from "./loop";

/** What a training call gives back; shows itself as a line with a sparkline, or as a figure through `lossCurve([run])`. */
export class TrainingRun {
  constructor(
    readonly label: string,
    /** One number per step. */
    readonly losses: readonly number[],
    readonly seconds: number,
    /** Everything that was set, for provenance. */
    readonly settings: Readonly<Record<string, unknown>>,
  ) {}

  static of(
    label: string,
    { losses, seconds }: LoopResult,
    settings: Readonly<Record<string, unknown>>,
  ): TrainingRun {
    return new TrainingRun(label, losses, seconds, settings);
  }

  /** The mean of the last tenth of the losses. */
  get finalLoss(): number {
    const tail = this.losses.slice(-Math.max(1, Math.floor(this.losses.length / 10)));
    return tail.reduce((sum, loss) => sum + loss, 0) / tail.length;
  }

  toString(): string {
    const first = this.losses[0]?.toFixed(4);
    return `${this.label}: ${this.losses.length} steps in ${this.seconds.toFixed(1)} s, loss ${first} → ${this.finalLoss.toFixed(4)}`;
  }

  [DISPLAY](): MimeBundle {
    return { "text/plain": this.toString() };
  }

  [inspect.custom](): string {
    return String(this);
  }
}
