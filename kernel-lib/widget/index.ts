export { type ChoiceOptions, type ChoiceState, choice } from "./choice";
export { type SliderOptions, type SliderState, slider } from "./slider";
export { type MessageHandler, Widget, type WidgetOptions, widget } from "./widget";
