import { beforeAll, describe, expect, it } from "vitest";
import { ready } from "../../../kernel-lib/engine/backend";
import { crossEntropy } from "../../../kernel-lib/engine/loss";
import { matmul } from "../../../kernel-lib/engine/matmul";
import { random } from "../../../kernel-lib/engine/random";
import { tf } from "../../../kernel-lib/engine/tf";
import { type Product, trainStep } from "../../../kernel-lib/experiment/bench/trainStep";
import type { ModelConfig } from "../../../kernel-lib/model/config";
import { initializeWeights } from "../../../kernel-lib/model/initialize";
import { embed, forward, logits } from "../../../kernel-lib/model/transformer";
import { expectClose, tensorsLeftBy } from "../../support/tensors";

const CONFIG: ModelConfig = {
  family: "llama",
  vocabSize: 12,
  hiddenSize: 8,
  intermediateSize: 10,
  layers: 2,
  heads: 2,
  kvHeads: 2,
  headDim: 4,
  ropeTheta: 100,
  ropeScaling: null,
  normEps: 1e-6,
  maxPositions: 16,
  tieWordEmbeddings: true,
  qkvBias: false,
  qkNorm: false,
};
const IDS = [
  [1, 2, 3, 4, 5, 3],
  [7, 7, 0, 11, 2, 9],
];
const PRODUCTS: [string, Product][] = [
  ["our matmul", (a, b, options) => matmul(a, b, options)],
  ["tf.matMul", (a, b, { transposeB = false } = {}) => tf.matMul(a, b, false, transposeB)],
];

beforeAll(() => ready());

describe.each(PRODUCTS)("the training step that is timed, with %s", (_, product) => {
  it("has the loss and the gradients of the library's transformer", async () => {
    const weights = initializeWeights(CONFIG, random("bench"), { embeddingScale: 1 });
    const names = Object.keys(weights);
    const expected = tf.valueAndGrads((...given: tf.Tensor[]) => {
      const model = {
        config: CONFIG,
        weights: Object.fromEntries(names.map((name, i) => [name, given[i]!])),
      };
      const { hidden } = forward(
        model,
        embed(
          model,
          IDS.map((row) => row.slice(0, -1)),
        ),
      );
      const scores = tf.reshape(logits(model, hidden), [-1, CONFIG.vocabSize]) as tf.Tensor2D;
      return crossEntropy(
        scores,
        tf.tensor1d(
          IDS.flatMap((row) => row.slice(1)),
          "int32",
        ),
      );
    })(names.map((name) => weights[name]!));
    const { loss, gradients } = trainStep(CONFIG, weights, IDS, product);
    await expectClose(loss, await expected.value.data(), 1e-5);
    for (const [i, name] of names.entries()) {
      await expectClose(gradients[name]!, await expected.grads[i]!.data(), 1e-5);
    }
  });

  it("leaves its loss and its gradients, nothing else", async () => {
    const weights = initializeWeights(CONFIG, random("bench"));
    const left = await tensorsLeftBy(() => trainStep(CONFIG, weights, IDS, product));
    expect(left).toBe(1 + Object.keys(weights).length);
  });
});
