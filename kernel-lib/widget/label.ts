import { shown } from "../engine/check";

/** Throws unless the label of a control is a text. */
export function checkLabel(label: unknown): void {
  if (typeof label === "string") return;
  throw new TypeError(`label is ${shown(label)}; it must be a text. Try label: "Rounds".`);
}
