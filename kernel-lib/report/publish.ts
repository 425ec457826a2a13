import { join } from "node:path";
import type { Drawing } from "./drawing";

/**
 * Saves a drawing as JSON, SVG and PNG where `recursivemas reproduce` collects figures; outside such a run it saves
 * nothing. Returns the drawing, so that it can end a cell.
 *
 * @param name path below the figures folder, such as `"00-quickstart/depth"`
 * @example await publish("00-quickstart/depth", heatmap(grid))
 */
export async function publish<D extends Drawing>(name: string, drawing: D): Promise<D> {
  const folder = process.env.RECURSIVEMAS_OUT;
  if (folder) await drawing.save(join(folder, "figures", name));
  return drawing;
}
