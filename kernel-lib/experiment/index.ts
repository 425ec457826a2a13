export { type EvaluateOptions, evaluate, evaluateTogether } from "./evaluate";
export { type Answered, Evaluation, type EvaluationRow } from "./evaluation";
export { type Interval, wilson } from "./interval";
export { type ParameterValues, parameters, setParameters } from "./parameters";
export { type Provenance, provenance, stamp } from "./provenance";
export { overSeeds, type SeedGroups, type SeedRow, type Spread, spreadOf } from "./seeds";
export { type ResultKey, type Stored, type StoreOptions, stored } from "./store";
export { type SweepCell, type SweepGrid, type SweepOptions, sweepDepth } from "./sweep";
