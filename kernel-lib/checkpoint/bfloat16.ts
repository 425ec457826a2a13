import { join } from "node:path";
import { breathe, type LoopControl, signalOf } from "../engine/control";
import { writeAtomic, writeFileAtomic } from "./atomic";
import { formatHeader, sizeOf } from "./header";

/** A tensor that is made while it is written. */
export interface TensorMaker {
  name: string;
  shape: readonly number[];
  /** Fills the next elements, in row-major order. */
  fill(block: Float32Array): void;
}

const BLOCK = 1 << 20;

/**
 * Writes a checkpoint in bfloat16, shard by shard with its index, as large models are published; of a tensor no more
 * than a block is in memory.
 *
 * @param options.shardBytes a shard is full when the next tensor would not fit. Default: 2 GB
 * @throws AbortedError when the signal fires; what was written so far stays
 * @example await writeBfloat16Shards(folder, [{ name: "w", shape: [2, 3], fill: (block) => block.fill(0.5) }]);
 */
export async function writeBfloat16Shards(
  folder: string,
  tensors: readonly TensorMaker[],
  { shardBytes = 2e9, ...control }: { shardBytes?: number } & LoopControl = {},
): Promise<void> {
  const signal = signalOf(control);
  const shards = divide(tensors, shardBytes);
  const fileOf = (i: number): string => `model-${count(i + 1)}-of-${count(shards.length)}.safetensors`;
  for (const [i, shard] of shards.entries()) {
    await writeAtomic(join(folder, fileOf(i)), async (file) => {
      const shapes = shard.map(({ name, shape }) => [name, shape] as const);
      await file.writeFile(formatHeader(shapes, { format: "pt" }, "BF16"));
      const [numbers, halves] = [new Float32Array(BLOCK), new Uint16Array(BLOCK)];
      for (const { shape, fill } of shard) {
        for (let left = sizeOf(shape); left > 0; left -= BLOCK) {
          const block = numbers.subarray(0, left);
          fill(block);
          await file.writeFile(new Uint8Array(narrow(block, halves).buffer, 0, 2 * block.length));
          await breathe(signal);
        }
      }
    });
  }
  const places = shards.flatMap((shard, i) => shard.map(({ name }) => [name, fileOf(i)]));
  const index = {
    metadata: { total_size: tensors.reduce((sum, { shape }) => sum + 2 * sizeOf(shape), 0) },
    weight_map: Object.fromEntries(places) as Record<string, string>,
  };
  await writeFileAtomic(join(folder, "model.safetensors.index.json"), `${JSON.stringify(index, null, 2)}\n`);
}

function divide(tensors: readonly TensorMaker[], shardBytes: number): TensorMaker[][] {
  const shards: TensorMaker[][] = [[]];
  let filled = 0;
  for (const tensor of tensors) {
    const bytes = 2 * sizeOf(tensor.shape);
    if (filled > 0 && filled + bytes > shardBytes) {
      shards.push([]);
      filled = 0;
    }
    shards.at(-1)!.push(tensor);
    filled += bytes;
  }
  return shards;
}

/** To the nearest bfloat16, ties to the even one, as torch rounds. */
function narrow(numbers: Float32Array, into: Uint16Array): Uint16Array {
  const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  for (let i = 0; i < bits.length; i++) {
    const exact = bits[i]!;
    // a NaN must not be rounded up to infinity, nor beyond
    const noNumber = (exact & 0x7fffffff) > 0x7f800000;
    into[i] = noNumber ? 0x7fc0 : (exact + 0x7fff + ((exact >>> 16) & 1)) >>> 16;
  }
  return into;
}

const count = (n: number): string => String(n).padStart(5, "0");
