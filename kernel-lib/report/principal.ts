/** Vectors in the plane in which they differ most. */
export interface Plane {
  /** One pair of coordinates a vector. */
  points: [number, number][];
  /** The share of all variance along each axis; NaN where there is none. */
  explained: [number, number];
}

/** A smaller share of the variance is a rounding error: vectors on one line have no second component. */
const ROUNDING = 1e-12;

/**
 * Principal component analysis, to two components. An axis points where its largest loading is positive, so that the
 * same vectors always lie the same way up.
 */
export function principalPlane(vectors: readonly ArrayLike<number>[]): Plane {
  const rows = vectors.map((vector) => Array.from(vector));
  const total = variance(rows);
  if (!(total > 0)) return { points: rows.map(() => [0, 0]), explained: [Number.NaN, Number.NaN] };
  const { PCA } = require("ml-pca") as typeof import("ml-pca"); // when the first map is drawn
  const model = new PCA(rows);
  const found = model.predict(rows, { nComponents: Math.min(2, rows.length, rows[0]!.length) });
  const loadings = model.getLoadings();
  const [x, y] = [0, 1].map((k) => {
    const none = { values: rows.map(() => 0), share: 0 };
    if (k >= found.columns) return none;
    const sign = Math.sign(largest(loadings.getRow(k)));
    const values = found.getColumn(k).map((value) => sign * value);
    const share = variance(values.map((value) => [value])) / total;
    return share < ROUNDING ? none : { values, share };
  }) as [Axis, Axis];
  return { points: x.values.map((value, i) => [value, y.values[i]!]), explained: [x.share, y.share] };
}

interface Axis {
  values: number[];
  share: number;
}

/** The sum of the variances of all columns. */
function variance(rows: readonly (readonly number[])[]): number {
  if (rows.length < 2) return 0;
  const means = rows[0]!.map((_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length);
  const squares = rows.reduce(
    (sum, row) => sum + row.reduce((inner, value, j) => inner + (value - means[j]!) ** 2, 0),
    0,
  );
  return squares / (rows.length - 1);
}

const largest = (values: readonly number[]): number =>
  values.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
