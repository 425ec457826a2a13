import { checkOptions, shown } from "../engine/check";
import { nearest } from "../engine/nearest";
import { checkLabel } from "./label";
import { CONTROL_CSS } from "./style";
import { type Widget, widget } from "./widget";

/** What {@link choice} takes. */
export interface ChoiceOptions<Option extends string | number> {
  /** What is chosen; shown before the list and read out by screen readers. Default: `"choice"`. */
  label?: string;
  options: readonly Option[];
  /** What is chosen at first. Default: the first option. */
  value?: Option;
}

/** The state of a {@link choice}. */
export interface ChoiceState<Option extends string | number> {
  label: string;
  options: readonly Option[];
  value: Option;
}

const ESM = `
let made = 0;
function render({ model, el }) {
  const id = "recursivemas-choice-" + Date.now().toString(36) + "-" + made++;
  const box = document.createElement("div");
  const label = document.createElement("label");
  const select = document.createElement("select");
  box.className = "recursivemas-control";
  select.dataset.lmSuppressShortcuts = "true"; // or JupyterLab takes the arrow keys for its cells
  label.htmlFor = select.id = id;
  const draw = () => {
    const options = model.get("options");
    label.textContent = model.get("label");
    select.replaceChildren(...options.map((option) => new Option(String(option))));
    select.selectedIndex = options.indexOf(model.get("value"));
  };
  select.addEventListener("change", () => {
    model.set("value", model.get("options")[select.selectedIndex]);
    model.save_changes();
  });
  const names = ["label", "options", "value"];
  for (const name of names) model.on("change:" + name, draw);
  draw();
  box.append(label, select);
  el.append(box);
  return () => names.forEach((name) => model.off("change:" + name, draw));
}
export default { render };
`;

/**
 * A list in the page from which one is chosen.
 *
 * @throws if there are no options, or `value` is none of them; `set` throws as well, and changes nothing then
 * @example
 * const medium = choice({ label: "Medium", options: ["latent", "text"] });
 * medium.on("value", (name) => console.log(mas.withMedium(name)));
 * medium
 */
export function choice<const Option extends string | number>(
  given: ChoiceOptions<Option>,
): Widget<ChoiceState<Option>> {
  checkOptions("choice", given, 'choice({ options: ["latent", "text"] })');
  const { label = "choice", options } = given;
  checkList(options);
  const { value = options[0]! } = given;
  const state: ChoiceState<Option> = { label, options: [...options], value };
  checkState(state);
  return widget({ name: "choice", esm: ESM, css: CONTROL_CSS, state, check: checkState });
}

function checkList(options: unknown): void {
  if (Array.isArray(options) && options.length > 0) return;
  throw new TypeError(
    `options is ${shown(options)}; a choice needs a list of at least one entry. Try options: ["latent", "text"].`,
  );
}

function checkState({ label, options, value }: ChoiceState<string | number>): void {
  checkLabel(label);
  checkList(options);
  if (options.includes(value)) return;
  throw new RangeError(
    `value is ${shown(value)}, which is none of the options; there are ${options.map(shown).join(", ")}. ` +
      `Try value: ${shown(nearestOf(value, options))}.`,
  );
}

const nearestOf = (value: unknown, options: readonly (string | number)[]): string | number => {
  const names = options.map(String);
  return options[names.indexOf(nearest(String(value), names)!)]!;
};
