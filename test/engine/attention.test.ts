import { beforeAll, describe, expect, it } from "vitest";
import { attention, MASKED } from "../../kernel-lib/engine/attention";
import { ready } from "../../kernel-lib/engine/backend";
import { tf } from "../../kernel-lib/engine/tf";
import { expectGradients } from "../support/finiteDifferences";
import { expectClose, noise, tensorsLeftBy } from "../support/tensors";

const [BATCH, HEADS, KV_HEADS, TIME, SPAN, WIDTH] = [2, 6, 2, 3, 5, 4];

const inputs = (kvHeads = KV_HEADS): [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D] => [
  noise("query", [BATCH, HEADS, TIME, WIDTH]),
  noise("keys", [BATCH, kvHeads, SPAN, WIDTH]),
  noise("values", [BATCH, kvHeads, SPAN, WIDTH]),
];

/** The newest three positions over five; question 1 has padding in its first two. */
const hidden = (b: number, q: number, k: number): boolean => k > SPAN - TIME + q || (b === 1 && k < 2);

const maskTensor = (): tf.Tensor4D =>
  tf.tensor4d(
    [0, 1].flatMap((b) =>
      [0, 1, 2].flatMap((q) => [0, 1, 2, 3, 4].map((k) => (hidden(b, q, k) ? MASKED : 0))),
    ),
    [BATCH, 1, TIME, SPAN],
  );

/** Softmax attention as a loop over everything, in double precision; it never looks at what is hidden. */
async function byHand(
  [query, keys, values]: readonly tf.Tensor4D[],
  isHidden: typeof hidden,
): Promise<number[]> {
  const [q, k, v] = [await query!.array(), await keys!.array(), await values!.array()];
  const perKey = HEADS / keys!.shape[1];
  return q.flatMap((heads, b) =>
    heads.flatMap((rows, head) =>
      rows.flatMap((row, t) => {
        const [ks, vs] = [k[b]![Math.floor(head / perKey)]!, v[b]![Math.floor(head / perKey)]!];
        const seen = ks.flatMap((_, s) => (isHidden(b, t, s) ? [] : [s]));
        const masses = seen.map((s) =>
          Math.exp(ks[s]!.reduce((sum, x, i) => sum + x * row[i]!, 0) / Math.sqrt(WIDTH)),
        );
        const total = masses.reduce((a, x) => a + x, 0);
        return row.map((_, i) => seen.reduce((sum, s, n) => sum + (masses[n]! / total) * vs[s]![i]!, 0));
      }),
    ),
  );
}

beforeAll(() => ready());

describe("attention", () => {
  it.each([1, 2, 3, 6])("gives what a loop by hand gives with %i key heads", async (kvHeads) => {
    const given = inputs(kvHeads);
    await expectClose(attention(...given, null), await byHand(given, () => false), 2e-6);
  });

  it("does not look where the mask hides", async () => {
    const [given, mask] = [inputs(), maskTensor()];
    await expectClose(attention(...given, mask), await byHand(given, hidden), 2e-6);
  });

  it("gives a hidden position a weight of exactly 0", async () => {
    const [query, keys, values] = inputs();
    const mask = maskTensor();
    const spoiled = tf.where(
      tf.equal(tf.range(0, SPAN).reshape([1, 1, SPAN, 1]), 4),
      tf.fill(values.shape, 1e6),
      values,
    );
    const [clean, other] = [
      attention(query, keys, values, mask),
      attention(query, keys, spoiled as tf.Tensor4D, mask),
    ];
    const firstTwo = (x: tf.Tensor4D): tf.Tensor =>
      tf.slice(x, [0, 0, 0, 0], [BATCH, HEADS, TIME - 1, WIDTH]);
    expect(await firstTwo(other).data()).toEqual(await firstTwo(clean).data());
  });

  it("has the gradients of queries, keys and values that differences give", async () => {
    const mask = maskTensor();
    const f = (q?: tf.Tensor, k?: tf.Tensor, v?: tf.Tensor): tf.Tensor =>
      attention(q as tf.Tensor4D, k as tf.Tensor4D, v as tf.Tensor4D, mask);
    await expectGradients(f, inputs());
  });

  it("leaves nothing but its result, in a tidy", async () => {
    const [given, mask] = [inputs(), maskTensor()];
    expect(await tensorsLeftBy(() => tf.tidy(() => attention(...given, mask)))).toBe(1);
  });
});
