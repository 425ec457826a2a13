import type { Random } from "../engine/random";
import { tf } from "../engine/tf";
import type { ModelConfig } from "./config";
import { type ParameterSpec, parameterSpecs, type Weights } from "./parameters";

/**
 * Random weights: normal with standard deviation 1/√in for linear layers, ones for norms, zeros for biases; the two
 * projections that write into the residual stream are divided by √(2 · layers), as in GPT-2.
 *
 * All token embeddings share a random mean, as those of large models come to: attention that looks at places and not
 * at words needs a constant to build on, and a family without biases has no other.
 *
 * @param options.embeddingScale standard deviation of token embeddings, and of their mean
 */
export function initializeWeights(
  config: ModelConfig,
  random: Random,
  { embeddingScale = 0.1 }: { embeddingScale?: number } = {},
): Weights {
  return Object.fromEntries(
    parameterSpecs(config).map((spec) => [spec.name, initialize(spec, config, random, embeddingScale)]),
  );
}

function initialize(
  spec: ParameterSpec,
  config: ModelConfig,
  random: Random,
  embeddingScale: number,
): tf.Tensor {
  const { name, kind, shape } = spec;
  if (kind === "vector") return constant(name, shape, config, random);
  if (kind === "convolution") return normal([...shape], shape[2]! ** -0.5, random);
  if (kind === "embedding") {
    return tf.tidy(() => {
      const mean = normal([shape[1]!], embeddingScale, random);
      return tf.add(normal([...shape], embeddingScale, random), mean);
    });
  }
  const [out, input] = shape as [number, number];
  const writesResidual = /(o_proj|out_proj|down_proj)/.test(name);
  const scale = input ** -0.5 / (writesResidual ? Math.sqrt(2 * config.layers) : 1);
  return normal([input, out], scale, random);
}

function constant(
  name: string,
  shape: readonly number[],
  { zeroCenteredNorms }: ModelConfig,
  random: Random,
): tf.Tensor {
  // rates of forgetting from slow to fast, as Qwen3.5 begins
  if (name.endsWith(".A_log")) {
    return tf.tensor1d(Array.from({ length: shape[0]! }, () => Math.log(0.01 + 15.99 * random.uniform())));
  }
  const isNorm = name.endsWith("norm.weight");
  const aroundZero = isNorm && zeroCenteredNorms && !name.includes("linear_attn");
  return name.endsWith(".bias") || aroundZero ? tf.zeros([...shape]) : tf.ones([...shape]);
}

function normal(shape: number[], scale: number, random: Random): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => scale * random.normal()),
    shape,
  );
}
