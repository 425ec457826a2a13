import { breathe } from "../engine/control";
import { release } from "../engine/memory";
import { tf } from "../engine/tf";
import type { ModelConfig } from "../model/config";
import { type ParameterSpec, parameterSpecs, type Weights } from "../model/parameters";
import { sizeOf } from "./header";
import { checkMemory } from "./memory";
import { Room } from "./room";
import type { RawTensor, TensorSource } from "./safetensors";

/** How weights are read. */
export interface LoadWeightsOptions {
  /** What messages call the checkpoint: its folder. */
  from?: string;
  signal?: AbortSignal;
}

/**
 * Reads the tensors of a model, linear layers turned to `[in, out]`. Beside the tensors themselves, no more than
 * one of them is in memory a second time, the largest while there is room for all.
 *
 * Numbers that are NaN or infinite are let through, with one warning on the console for the whole checkpoint.
 *
 * @throws before anything is read, if the model does not fit the memory of the backend; if a tensor cannot be read, after
 *   freeing the others
 * @throws AbortedError when the signal fires
 * @example const weights = await loadWeights(config, tensors, { from: folder });
 */
export async function loadWeights(
  config: ModelConfig,
  source: TensorSource,
  { from = "the checkpoint", signal }: LoadWeightsOptions = {},
): Promise<Weights> {
  const specs = parameterSpecs(config);
  checkMemory(config, { from });
  const loaded = new Map<string, tf.Tensor>();
  const unusable: string[] = [];
  const room = new Room();
  try {
    // The largest first: what reading it takes for a moment is then the room of those to come.
    for (const spec of [...specs].sort((a, b) => sizeOf(b.shape) - sizeOf(a.shape))) {
      const { tensor, broken } = await loadTensor(spec, source, room.for(sizeOf(spec.shape)));
      loaded.set(spec.name, tensor);
      if (broken > 0) unusable.push(`${broken} of the ${tensor.size} numbers of ${spec.name}`);
      await breathe(signal);
    }
  } catch (error) {
    release([...loaded.values()]);
    throw error;
  } finally {
    room.close();
  }
  if (unusable.length > 0) console.warn(warning(from, unusable));
  return Object.fromEntries(specs.map(({ name }) => [name, loaded.get(name)!]));
}

function warning(from: string, [first, ...others]: readonly string[]): string {
  const tensors = others.length === 1 ? "tensor" : "tensors";
  const further = others.length > 0 ? `, and numbers of ${others.length} further ${tensors},` : "";
  return (
    `${from}: ${first}${further} are NaN or infinite, and so will be what the model says. ` +
    "Try downloading the checkpoint again."
  );
}

async function loadTensor(
  { name, kind, shape }: ParameterSpec,
  source: TensorSource,
  data: Float32Array,
): Promise<{ tensor: tf.Tensor; broken: number }> {
  let broken = 0;
  await source.scan(name, (block) => {
    broken += countBroken(block.data);
    if (kind === "linear") placeTurned(block.data, block.offset, shape as readonly [number, number], data);
    else data.set(block.data, block.offset);
  });
  const inMemory = kind === "linear" ? [...shape].reverse() : [...shape];
  return { tensor: copied(data, inMemory), broken };
}

/** A tensor of its own memory, so that `data` can be written anew. */
function copied(data: Float32Array, shape: number[]): tf.Tensor {
  if (tf.getBackend() === "cpu") return tf.tensor(data.slice(), shape); // it keeps the array it is given
  const tensor = tf.tensor(data, shape);
  // tfjs-node takes the numbers over when an operation asks for them: now
  tf.reshape(tensor, [tensor.size]).dispose();
  return tensor;
}

function countBroken(numbers: Float32Array): number {
  let broken = 0;
  for (let i = 0; i < numbers.length; i++) if (numbers[i]! - numbers[i]! !== 0) broken++;
  return broken;
}

const TILE = 32;

/** Writes a block of a matrix `[out, in]`, from flat position `offset` on, where its transpose `[in, out]` has it. */
function placeTurned(
  block: Float32Array,
  offset: number,
  [out, width]: readonly [number, number],
  into: Float32Array,
): void {
  if (offset % width !== 0 || block.length % width !== 0) {
    for (let i = 0; i < block.length; i++) {
      const at = offset + i;
      into[(at % width) * out + Math.floor(at / width)] = block[i]!;
    }
    return;
  }
  const [first, rows] = [offset / width, block.length / width];
  // by tiles, so that what is read and what is written both stay in the cache
  for (let column = 0; column < width; column += TILE) {
    const columnEnd = Math.min(column + TILE, width);
    for (let row = 0; row < rows; row += TILE) {
      const rowEnd = Math.min(row + TILE, rows);
      for (let i = column; i < columnEnd; i++) {
        for (let o = row; o < rowEnd; o++) into[i * out + first + o] = block[o * width + i]!;
      }
    }
  }
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
