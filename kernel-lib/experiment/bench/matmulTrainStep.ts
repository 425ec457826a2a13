import { ready } from "../../engine/backend";
import { matmul } from "../../engine/matmul";
import { random } from "../../engine/random";
import { tf } from "../../engine/tf";
import type { ModelConfig } from "../../model/config";
import { initializeWeights } from "../../model/initialize";
import { parameterCount } from "../../model/parameters";
import { type Benchmark, type Contender, sideBySide } from "./benchmark";
import { type Product, trainStep } from "./trainStep";

const [BATCH, TIME, SEED] = [32, 48, 1];

/** 0.42 M parameters. */
const CONFIG: ModelConfig = {
  family: "llama",
  vocabSize: 192,
  hiddenSize: 128,
  intermediateSize: 344,
  layers: 2,
  heads: 4,
  kvHeads: 4,
  headDim: 32,
  ropeTheta: 10_000,
  ropeScaling: null,
  normEps: 1e-6,
  maxPositions: TIME,
  tieWordEmbeddings: true,
  qkvBias: false,
  qkNorm: false,
};

const OURS: Product = (a, b, options) => matmul(a, b, options);
/** What one would write without this library; its gradient multiplies with transpose flags. */
const THEIRS: Product = (a, b, { transposeB = false } = {}) => tf.matMul(a, b, false, transposeB);

/** A training step of a small transformer with the library's matrix product, and with that of TensorFlow.js. */
export const matmulTrainStep: Benchmark = {
  name: "matmul-train-step",
  description: "forward and backward over all weights of a 0.42 M transformer: our matmul, and tf.matMul",
  async run(options) {
    await ready();
    const weights = initializeWeights(CONFIG, random(SEED, "weights"));
    const stream = random(SEED, "ids");
    const ids = Array.from({ length: BATCH }, () =>
      Array.from({ length: TIME + 1 }, () => stream.integer(CONFIG.vocabSize)),
    );
    const contender = (label: string, product: Product): Contender => ({
      label,
      async run() {
        const { loss, gradients } = trainStep(CONFIG, weights, ids, product);
        // reading makes sure that a backend which queues its work has done it
        await Promise.all([loss, ...Object.values(gradients)].map((tensor) => tensor.data()));
        tf.dispose([loss, ...Object.values(gradients)]);
      },
    });
    try {
      const result = await sideBySide([contender("recursivemas", OURS), contender("tfjs", THEIRS)], options);
      const { layers, hiddenSize, heads } = CONFIG;
      const config = {
        parameters: parameterCount(CONFIG),
        layers,
        hiddenSize,
        heads,
        time: TIME,
        batch: BATCH,
      };
      return { ...result, config };
    } finally {
      tf.dispose(weights as Record<string, tf.Tensor>);
    }
  },
};
