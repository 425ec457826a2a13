export { applyInnerLink, createInnerLink } from "./innerLink";
export { applyOuterLink, createOuterLink } from "./outerLink";
export type { LinkWeights } from "./parameters";
