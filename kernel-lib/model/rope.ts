import type { LayerType, Llama3RopeScaling, ModelConfig } from "./config";

/**
 * Rotation per position of each pair of turned dimensions, θ^(−2i/n), scaled for long context where the model is.
 *
 * @param type of the layer: sliding layers may have a θ of their own, and then no scaling
 * @returns `n / 2` numbers, in radians per position, for the first n dimensions of a head
 */
export function ropeFrequencies(config: ModelConfig, type: LayerType = "full"): number[] {
  const { headDim, rotaryDim = headDim, slidingRopeTheta } = config;
  const own = type === "sliding" && slidingRopeTheta !== undefined;
  const theta = own ? slidingRopeTheta : config.ropeTheta;
  const frequencies = Array.from({ length: rotaryDim / 2 }, (_, i) => theta ** ((-2 * i) / rotaryDim));
  const scaling = own ? null : config.ropeScaling;
  switch (scaling?.type) {
    case "llama3":
      return frequencies.map((frequency) => stretch(frequency, scaling));
    case "linear":
      return frequencies.map((frequency) => frequency / scaling.factor);
    default:
      return frequencies;
  }
}

/** Llama 3's rule: short wavelengths stay, long ones are slowed by `factor`, those between are blended. */
function stretch(frequency: number, scaling: Llama3RopeScaling): number {
  const { factor, lowFreqFactor, highFreqFactor, originalMaxPositions } = scaling;
  const wavelength = (2 * Math.PI) / frequency;
  if (wavelength < originalMaxPositions / highFreqFactor) return frequency;
  if (wavelength > originalMaxPositions / lowFreqFactor) return frequency / factor;
  const smooth = (originalMaxPositions / wavelength - lowFreqFactor) / (highFreqFactor - lowFreqFactor);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}
