import type { Llama3RopeScaling, ModelConfig } from "./config";

/**
 * Rotation per position of each pair of head dimensions, θ^(−2i/headDim), scaled for long context where the model is.
 *
 * @returns `headDim / 2` numbers, in radians per position
 */
export function ropeFrequencies({ headDim, ropeTheta, ropeScaling }: ModelConfig): number[] {
  const frequencies = Array.from({ length: headDim / 2 }, (_, i) => ropeTheta ** ((-2 * i) / headDim));
  return ropeScaling ? frequencies.map((frequency) => stretch(frequency, ropeScaling)) : frequencies;
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
