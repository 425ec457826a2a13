import { beforeAll, describe, expect, it } from "vitest";
import { ready } from "../../kernel-lib/engine/backend";
import { linear, matmul } from "../../kernel-lib/engine/matmul";
import { tf } from "../../kernel-lib/engine/tf";
import { expectGradients } from "../support/finiteDifferences";
import { expectClose, noise, tensorsLeftBy } from "../support/tensors";

const FLAGS = [false, true].flatMap((transposeA) =>
  [false, true].map((transposeB) => ({ transposeA, transposeB })),
);

/** Shapes of a and b whose product, under the flags, is `[2, 4]` over 3. */
const shapes = ({ transposeA, transposeB }: (typeof FLAGS)[number]): [number[], number[]] => [
  transposeA ? [3, 2] : [2, 3],
  transposeB ? [4, 3] : [3, 4],
];

beforeAll(() => ready());

/** The largest difference; elements are sums of up to 4,097 products of standard normal numbers. */
async function farthest(actual: tf.Tensor, expected: tf.Tensor): Promise<number> {
  expect(actual.shape).toEqual(expected.shape);
  return (await tf.max(tf.abs(tf.sub(actual, expected))).data())[0]!;
}

describe("a product with a large table", () => {
  // 1,024 numbers more than the smallest that counts as large
  const [rows, width] = [4097, 1024];

  it("is that of a small one, row by row, and so are its gradients", async () => {
    const x = noise<tf.Tensor2D>("x", [3, width]);
    const table = noise<tf.Tensor2D>("table", [rows, width]);
    const dy = noise<tf.Tensor2D>("dy", [3, rows]);
    const product = (a: tf.Tensor2D, b: tf.Tensor2D) => matmul(a, b, { transposeB: true });
    // halves are small enough for the other way
    const parts = [tf.slice(table, [0, 0], [2000, width]), tf.slice(table, [2000, 0], [rows - 2000, width])];
    const expected = tf.concat(
      parts.map((part) => product(x, part)),
      1,
    );
    expect(await farthest(product(x, table), expected)).toBeLessThan(1e-3);

    const [dx, dTable] = tf.grads((a, b) => product(a as tf.Tensor2D, b as tf.Tensor2D))([x, table], dy);
    expect(await farthest(dx!, matmul(dy, table))).toBeLessThan(1e-3);
    expect(await farthest(dTable!, matmul(dy, x, { transposeA: true }))).toBeLessThan(1e-3);
  });

  it("makes no copy of the table", async () => {
    const [x, table] = [tf.ones<tf.Rank.R2>([1, width]), tf.ones<tf.Rank.R2>([rows, width])];
    const before = tf.memory().numBytes;
    tf.tidy(() => {
      matmul(x, table, { transposeB: true });
      expect(tf.memory().numBytes - before).toBeLessThan(4 * (2 * rows + width + 1));
    });
  });
});

describe("matmul", () => {
  it("multiplies two matrices", async () => {
    const a = tf.tensor2d([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const b = tf.tensor2d([
      [1, 0],
      [-1, 2],
      [0.5, 1],
    ]);
    await expectClose(matmul(a, b), [0.5, 7, 2, 16]);
  });

  it.each(FLAGS)("gives the sums of products for $transposeA, $transposeB", async (flags) => {
    const [shapeA, shapeB] = shapes(flags);
    const [a, b] = [noise<tf.Tensor2D>("a", shapeA), noise<tf.Tensor2D>("b", shapeB)];
    const [dataA, dataB] = [await a.array(), await b.array()];
    const at = (i: number, j: number): number =>
      [0, 1, 2].reduce((sum, k) => {
        const left = flags.transposeA ? dataA[k]![i]! : dataA[i]![k]!;
        return sum + left * (flags.transposeB ? dataB[j]![k]! : dataB[k]![j]!);
      }, 0);
    const product = matmul(a, b, flags);
    expect(product.shape).toEqual([2, 4]);
    await expectClose(
      product,
      [0, 1].flatMap((i) => [0, 1, 2, 3].map((j) => at(i, j))),
    );
  });

  it.each(FLAGS)("has the gradients of both factors for $transposeA, $transposeB", async (flags) => {
    const [shapeA, shapeB] = shapes(flags);
    await expectGradients((a, b) => matmul(a!, b!, flags), [noise("a", shapeA), noise("b", shapeB)]);
  });

  it.each(FLAGS)("does the same for each matrix of a batch for $transposeA, $transposeB", async (flags) => {
    const [shapeA, shapeB] = shapes(flags);
    const [a, b] = [noise<tf.Tensor4D>("a", [2, 2, ...shapeA]), noise<tf.Tensor4D>("b", [2, 2, ...shapeB])];
    const product = matmul(a, b, flags);
    expect(product.shape).toEqual([2, 2, 2, 4]);
    const pairOf = (x: tf.Tensor, i: number): tf.Tensor =>
      tf.unstack(tf.reshape(x, [4, ...x.shape.slice(2)]))[i]!;
    for (const i of [0, 1, 2, 3]) {
      const single = matmul(pairOf(a, i), pairOf(b, i), flags);
      await expectClose(pairOf(product, i), await single.data());
    }
    await expectGradients((x, y) => matmul(x!, y!, flags), [a, b]);
  });

  it("has a gradient of its gradient", async () => {
    const [a, b] = [noise("a", [2, 3]), noise("b", [3, 2])];
    const slope = (x: tf.Tensor): tf.Tensor => tf.grad((y: tf.Tensor) => tf.square(matmul(x, y)))(b);
    await expectGradients((x) => slope(x!), [a], { tolerance: 5e-3 });
  });

  it("multiplies once backward for a frozen factor and twice without one", async () => {
    const [a, b] = [noise("a", [2, 3]), noise("b", [3, 4])];
    const products = async (work: () => tf.TensorContainer): Promise<number> => {
      const { kernels } = await tf.profile(work);
      return kernels.filter(({ name }) => name === "BatchMatMul").length;
    };
    const forward = await products(() => matmul(a, b));
    expect(await products(() => tf.grad((x: tf.Tensor) => matmul(x, b))(a))).toBe(2 * forward);
    expect(await products(() => tf.grads((x: tf.Tensor, y: tf.Tensor) => matmul(x, y))([a, b]))).toBe(
      3 * forward,
    );
  });

  it("leaves nothing but its result", async () => {
    const [a, b] = [noise("a", [2, 3]), noise("b", [3, 4])];
    expect(await tensorsLeftBy(() => matmul(a, b))).toBe(1);
    expect(await tensorsLeftBy(() => tf.grad((x: tf.Tensor) => matmul(x, b))(a))).toBe(1);
  });
});

describe("linear", () => {
  it("is x W + b over the last axis", async () => {
    const x = tf.tensor3d([
      [
        [1, 2],
        [0, -1],
      ],
    ]);
    const y = linear(
      x,
      tf.tensor2d([
        [1, 0, 3],
        [2, 1, -1],
      ]),
      tf.tensor1d([0.5, 0, -0.5]),
    );
    expect(y.shape).toEqual([1, 2, 3]);
    await expectClose(y, [5.5, 2, 0.5, -1.5, -1, 0.5]);
  });

  it("has the gradients of x, W and b", async () => {
    const inputs = [noise("x", [2, 2, 3]), noise("w", [3, 2]), noise("b", [2])];
    await expectGradients((x, w, b) => linear(x!, w as tf.Tensor2D, b as tf.Tensor1D), inputs);
  });
});
