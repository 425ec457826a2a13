export { type FindTheRootOptions, findTheRoot } from "./findTheRoot";
export { type GuidedRootOptions, guidedRoot } from "./guidedRoot";
export { type LastDigitsOptions, lastDigits } from "./lastDigits";
export * as skills from "./skills";
export { type Example, goldMessage, type Task } from "./task";
export { THREE_MAPS_CHANCE, type ThreeMapsOptions, threeMaps } from "./threeMaps";
