import { rmsNorm } from "../engine/normalization";
import { tf } from "../engine/tf";
import type { ModelConfig } from "./config";
import type { Weights } from "./parameters";

/** One layer's tensors by the rest of their names. */
export interface LayerWeights {
  config: ModelConfig;
  weight<T extends tf.Tensor>(name: string): T | undefined;
  /** RMSNorm with the weight of that name, as the family counts it. */
  norm<T extends tf.Tensor>(x: T, name: string): T;
}

/** RMSNorm as the family counts its weight. */
export function familyNorm<T extends tf.Tensor>(x: T, weight: tf.Tensor1D, config: ModelConfig): T {
  const gain = config.zeroCenteredNorms ? tf.add<tf.Tensor1D>(weight, 1) : weight;
  return rmsNorm(x, gain, config.normEps);
}

/** The tensors of layer `index`. */
export function layerWeights(config: ModelConfig, weights: Weights, index: number): LayerWeights {
  const weight = <T extends tf.Tensor>(name: string): T | undefined =>
    weights[`model.layers.${index}.${name}`] as T | undefined;
  return {
    config,
    weight,
    norm: (input, name) => familyNorm(input, weight<tf.Tensor1D>(`${name}.weight`)!, config),
  };
}
