export { diagram } from "./diagram";
export { Drawing } from "./drawing";
export {
  type EvaluationGroups,
  type EvaluationRow,
  evaluationRow,
  evaluationSeries,
  evaluationTable,
} from "./evaluations";
export { Figure, type FigureOptions, figure } from "./figure";
export type { FrameText, Sizes } from "./frame";
export { type DepthGrid, type HeatmapOptions, heatmap } from "./heatmap";
export { type LossOptions, type LossRun, lossCurve } from "./lossCurve";
export { publish } from "./publish";
export { type CurveOptions, type Metric, type RoundSeries, roundCurves } from "./roundCurves";
export { type SideBySideOptions, sideBySide } from "./sideBySide";
export { type PlotlySpec, plotlyToSVG, svgToPNG } from "./staticExport";
export { Diagram, type SystemGraph, systemDiagram } from "./systemDiagram";
export { type Column, Table, type TableOptions, table } from "./table";
export { PALETTE } from "./theme";
