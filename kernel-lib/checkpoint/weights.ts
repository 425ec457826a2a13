import { tf } from "../engine/tf";
import type { ModelConfig } from "../model/config";
import { parameterSpecs, type Weights } from "../model/parameters";
import type { RawTensor, TensorSource } from "./safetensors";

/** Reads the tensors of a model, one at a time, linear layers turned to `[in, out]`. */
export async function loadWeights(config: ModelConfig, source: TensorSource): Promise<Weights> {
  const weights: Record<string, tf.Tensor> = {};
  for (const { name, kind } of parameterSpecs(config)) {
    const { data, shape } = await source.read(name);
    const stored = tf.tensor(data, [...shape]);
    weights[name] = kind === "linear" ? tf.tidy(() => tf.transpose(stored)) : stored;
    if (kind === "linear") stored.dispose();
  }
  return weights;
}

/** The reverse of {@link loadWeights}: what a file stores. */
export async function exportWeights(
  config: ModelConfig,
  weights: Weights,
): Promise<Record<string, RawTensor>> {
  const raw: Record<string, RawTensor> = {};
  for (const { name, kind, shape } of parameterSpecs(config)) {
    const stored = tf.tidy(() => (kind === "linear" ? tf.transpose(weights[name]!) : weights[name]!.clone()));
    raw[name] = { shape: [...shape], data: (await stored.data()) as Float32Array };
    stored.dispose();
  }
  return raw;
}
