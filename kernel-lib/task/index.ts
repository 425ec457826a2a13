export { type FindTheRootOptions, findTheRoot } from "./findTheRoot";
export { type Example, goldMessage, type Task } from "./task";
