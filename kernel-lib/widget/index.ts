export { type ChoiceOptions, type ChoiceState, choice } from "./choice";
export { type SliderOptions, type SliderState, slider } from "./slider";
export { Widget, type WidgetOptions, widget } from "./widget";
