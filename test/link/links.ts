import { join } from "node:path";
import { readSafetensors } from "../../kernel-lib/checkpoint/safetensors";
import { tf } from "../../kernel-lib/engine/tf";
import type { LinkWeights } from "../../kernel-lib/link/parameters";

/** A link as PyTorch saved it, with an input and PyTorch's output. */
export async function linkFixture(
  name: "inner" | "outer",
): Promise<{ link: LinkWeights; input: tf.Tensor3D; output: Float32Array; outputShape: number[] }> {
  const folder = join(__dirname, "..", "fixtures", "links");
  const raw = await readSafetensors(join(folder, `${name}.safetensors`));
  const { input, output } = await readSafetensors(join(folder, `${name}.expected.safetensors`));
  const link = Object.fromEntries(
    Object.entries(raw).map(([key, { data, shape }]) => {
      const stored = tf.tensor(data, shape);
      return [key, shape.length === 2 ? tf.transpose(stored) : stored];
    }),
  );
  return {
    link,
    input: tf.tensor3d(input!.data, input!.shape as [number, number, number]),
    output: output!.data,
    outputShape: output!.shape,
  };
}

/** How many numbers a link has. */
export const countOf = (link: LinkWeights): number =>
  Object.values(link).reduce((sum, tensor) => sum + tensor.size, 0);

/** Shapes by name. */
export const shapesOf = (link: LinkWeights): Record<string, number[]> =>
  Object.fromEntries(Object.entries(link).map(([name, { shape }]) => [name, shape]));
