import { beforeAll, describe, expect, it } from "vitest";
import { ready } from "../../kernel-lib/engine/backend";
import { applyRotary, rotaryAngles } from "../../kernel-lib/engine/rotary";
import { tf } from "../../kernel-lib/engine/tf";
import { expectGradients } from "../support/finiteDifferences";
import { expectClose, noise, tensorsLeftBy } from "../support/tensors";

const FREQUENCIES = [1, 0.25];

beforeAll(() => ready());

describe("rotary positions", () => {
  it("give the cosines and sines of position times frequency, over both halves", async () => {
    const { cos, sin } = rotaryAngles([[0, 2]], FREQUENCIES);
    expect(cos.shape).toEqual([1, 1, 2, 4]);
    await expectClose(cos, [1, 1, 1, 1, ...[2, 0.5, 2, 0.5].map(Math.cos)]);
    await expectClose(sin, [0, 0, 0, 0, ...[2, 0.5, 2, 0.5].map(Math.sin)]);
  });

  it("turn the pair (i, i + headDim / 2) by its angle", async () => {
    const quarter = Math.PI / 2;
    const x = tf.tensor4d([1, 2, 3, 4], [1, 1, 1, 4]);
    // the first pair (1, 3) by a quarter turn, the second (2, 4) by none
    await expectClose(applyRotary(x, rotaryAngles([[1]], [quarter, 0])), [-3, 2, 1, 4]);
  });

  it("turn each question by its own positions, all heads alike", async () => {
    const x = noise<tf.Tensor4D>("x", [2, 2, 3, 4]);
    const positions = [
      [0, 1, 2],
      [0, 0, 5],
    ];
    const values = await x.array();
    const expected = values.flatMap((heads, b) =>
      heads.flatMap((rows) =>
        rows.flatMap((row, t) =>
          row.map((value, i) => {
            const angle = positions[b]![t]! * FREQUENCIES[i % 2]!;
            const partner = i < 2 ? -row[i + 2]! : row[i - 2]!;
            return value * Math.cos(angle) + partner * Math.sin(angle);
          }),
        ),
      ),
    );
    await expectClose(applyRotary(x, rotaryAngles(positions, FREQUENCIES)), expected);
  });

  it("keep the product of query and key where their distance is the same", async () => {
    const [q, k] = [noise<tf.Tensor4D>("q", [1, 1, 1, 4]), noise<tf.Tensor4D>("k", [1, 1, 1, 4])];
    const product = (at: number, from: number): tf.Tensor => {
      const turned = applyRotary(q, rotaryAngles([[at]], FREQUENCIES));
      return tf.sum(tf.mul(turned, applyRotary(k, rotaryAngles([[from]], FREQUENCIES))));
    };
    const near = await product(3, 1).data();
    await expectClose(product(12, 10), near, 1e-5);
    expect(Math.abs((await product(3, 2).data())[0]! - near[0]!)).toBeGreaterThan(1e-2);
  });

  it("have the gradient that differences give", async () => {
    const angles = rotaryAngles([[1, 4, 7]], FREQUENCIES);
    await expectGradients((x) => applyRotary(x as tf.Tensor4D, angles), [noise("x", [2, 2, 3, 4])]);
  });

  it("leave nothing but their result", async () => {
    const x = noise<tf.Tensor4D>("x", [2, 2, 3, 4]);
    const angles = rotaryAngles([[1, 4, 7]], FREQUENCIES);
    expect(await tensorsLeftBy(() => applyRotary(x, angles))).toBe(1);
    expect(
      await tensorsLeftBy(() => tf.grad((y: tf.Tensor) => applyRotary(y as tf.Tensor4D, angles))(x)),
    ).toBe(1);
  });
});
