import { expect, test } from "vitest";
import { principalPlane } from "../../kernel-lib/report/principal";
import { noise } from "../support/tensors";

test("a cross lies along its arms, the longer first", () => {
  // variances: 2 (3² + 3²) / 3 along the first number less the mean, 2 · 1 / 3 along the third
  const { points, explained } = principalPlane([
    [13, 5, 0],
    [7, 5, 0],
    [10, 5, 1],
    [10, 5, -1],
  ]);
  for (const [i, [x, y]] of [
    [3, 0],
    [-3, 0],
    [0, 1],
    [0, -1],
  ].entries()) {
    expect(points[i]![0]).toBeCloseTo(x!, 10);
    expect(points[i]![1]).toBeCloseTo(y!, 10);
  }
  expect(explained[0]).toBeCloseTo(0.9, 10);
  expect(explained[1]).toBeCloseTo(0.1, 10);
});

/** The two largest eigenvalues of the covariance, by power iteration and deflation. */
function eigenvalues(rows: readonly (readonly number[])[]): { largest: number[]; trace: number } {
  const d = rows[0]!.length;
  const means = rows[0]!.map((_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length);
  const at = (i: number, j: number): number =>
    rows.reduce((sum, row) => sum + (row[i]! - means[i]!) * (row[j]! - means[j]!), 0) / (rows.length - 1);
  const matrix = Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => at(i, j)));
  const trace = matrix.reduce((sum, row, i) => sum + row[i]!, 0);
  const largest = [0, 1].map(() => {
    let vector = matrix.map((_, i) => 1 + i);
    let value = 0;
    for (let step = 0; step < 2000; step++) {
      const next = matrix.map((row) => row.reduce((sum, entry, j) => sum + entry * vector[j]!, 0));
      value = Math.hypot(...next);
      vector = next.map((entry) => entry / value);
    }
    for (const [i, row] of matrix.entries())
      for (const j of row.keys()) row[j]! -= value * vector[i]! * vector[j]!;
    return value;
  });
  return { largest, trace };
}

test.each([
  ["more vectors than numbers", 20, 5],
  ["fewer vectors than numbers", 6, 15],
])("%s: the shares are those of the largest eigenvalues", async (_, n, d) => {
  const tensor = noise("principal", [n, d]);
  const rows = (await tensor.array()) as number[][];
  tensor.dispose();
  const { points, explained } = principalPlane(rows);
  const { largest, trace } = eigenvalues(rows);
  for (const k of [0, 1] as const) {
    expect(explained[k]).toBeCloseTo(largest[k]! / trace, 6);
    const values = points.map((point) => point[k]);
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 6);
    expect(values.reduce((sum, value) => sum + value ** 2, 0) / (n - 1)).toBeCloseTo(largest[k]!, 6);
  }
});

test("turning all vectors round turns the picture round: axes are not picked by chance", () => {
  const rows = [
    [1, 2, 0],
    [4, 3, 1],
    [0, 0, 5],
    [2, 2, 2],
  ];
  const straight = principalPlane(rows).points;
  const turned = principalPlane(rows.map((row) => row.map((value) => -value))).points;
  for (const [i, [x, y]] of straight.entries()) {
    expect(turned[i]![0]).toBeCloseTo(-x, 10);
    expect(turned[i]![1]).toBeCloseTo(-y, 10);
  }
});

test("vectors on one line have no second component, and equal ones have none", () => {
  const line = principalPlane([
    [1, 1],
    [2, 2],
    [4, 4],
  ]);
  expect(line.points.map(([, y]) => y)).toEqual([0, 0, 0]);
  expect(line.explained).toEqual([expect.closeTo(1, 10), 0]);
  expect(
    principalPlane([
      [1, 2],
      [1, 2],
    ]),
  ).toEqual({
    points: [
      [0, 0],
      [0, 0],
    ],
    explained: [NaN, NaN],
  });
  expect(principalPlane([[1, 2]])).toEqual({ points: [[0, 0]], explained: [NaN, NaN] });
});
