import { checkOptions, shown } from "../engine/check";
import { checkLabel } from "./label";
import { CONTROL_CSS } from "./style";
import { type Widget, widget } from "./widget";

/** What {@link slider} takes. */
export interface SliderOptions {
  /** What is chosen; shown before the slider and read out by screen readers. Default: `"value"`. */
  label?: string;
  /** Default: 0. */
  min?: number;
  /** Default: 10. */
  max?: number;
  /** Default: 1. */
  step?: number;
  /** Where it stands at first. Default: `min`. */
  value?: number;
}

/** The state of a {@link slider}. */
export type SliderState = Required<SliderOptions>;

const ESM = `
let made = 0;
function render({ model, el }) {
  const id = "recursivemas-slider-" + Date.now().toString(36) + "-" + made++;
  const box = document.createElement("div");
  const label = document.createElement("label");
  const input = document.createElement("input");
  const output = document.createElement("output");
  box.className = "recursivemas-control";
  input.dataset.lmSuppressShortcuts = "true"; // or JupyterLab takes the arrow keys for its cells
  label.htmlFor = input.id = id;
  output.htmlFor = id;
  input.type = "range";
  const draw = () => {
    label.textContent = model.get("label");
    for (const name of ["min", "max", "step"]) input[name] = String(model.get(name));
    input.value = String(model.get("value"));
    output.textContent = String(model.get("value"));
  };
  input.addEventListener("input", () => {
    model.set("value", input.valueAsNumber);
    model.save_changes();
  });
  const names = ["label", "min", "max", "step", "value"];
  for (const name of names) model.on("change:" + name, draw);
  draw();
  box.append(label, input, output);
  el.append(box);
  return () => names.forEach((name) => model.off("change:" + name, draw));
}
export default { render };
`;

/**
 * A slider in the page; arrow keys move it as well.
 *
 * @throws if the numbers contradict one another; `set` throws as well, and changes nothing then
 * @example
 * const rounds = slider({ label: "Rounds", min: 1, max: 5, value: 3 });
 * await display(rounds);
 * const score = await display(md`*move the slider*`);
 * rounds.on("value", async (n) => score.update(await evaluate(mas, task, { rounds: n })));
 */
export function slider(options: SliderOptions = {}): Widget<SliderState> {
  checkOptions("slider", options, 'slider({ label: "Rounds", min: 1, max: 5 })');
  const { label = "value", min = 0, max = 10, step = 1, value = min } = options;
  const state = { label, min, max, step, value };
  checkState(state);
  return widget({ name: "slider", esm: ESM, css: CONTROL_CSS, state, check: checkState });
}

function checkState({ label, min, max, step, value }: SliderState): void {
  checkLabel(label);
  for (const [name, number] of Object.entries({ min, max, step, value })) {
    if (Number.isFinite(number)) continue;
    throw new RangeError(`${name} is ${shown(number)}; a slider needs a finite number. Try ${name}: 1.`);
  }
  if (!(min < max)) {
    throw new RangeError(`a slider from ${min} to ${max} has no room. Try max: ${min + 1}, or more.`);
  }
  if (!(step > 0)) throw new RangeError(`step is ${step}; it must be a number above 0. Try step: 1.`);
  if (value < min || value > max) {
    throw new RangeError(
      `value is ${value}; the slider goes from ${min} to ${max}. Try value: ${value < min ? min : max}.`,
    );
  }
}
