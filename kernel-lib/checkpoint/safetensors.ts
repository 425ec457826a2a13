import { type FileHandle, open } from "node:fs/promises";
import { nearest } from "../engine/nearest";
import { writeAtomic } from "./atomic";
import { DTYPE_BYTES, READABLE_DTYPES, widen } from "./dtype";
import { formatHeader, type Header, parseHeader, sizeOf } from "./header";

/** A tensor outside any engine: `data` is row-major and holds the product of `shape` elements. */
export interface RawTensor {
  shape: number[];
  data: Float32Array;
}

/** Some rows of a tensor, a row being what an index along its first axis holds; a large row may come in parts. */
export interface TensorBlock {
  /** Of the first element, in row-major order. */
  offset: number;
  /** Widened to float32. Written anew for the next block: copy what is to be kept. */
  data: Float32Array;
}

/** Named tensors that are read one at a time, on request. */
export interface TensorSource {
  /** Sorted. */
  readonly names: readonly string[];
  /** The shape of a tensor without reading it; throws for a name that is not there. */
  shapeOf(name: string): readonly number[];
  /** Reads one tensor, widened to float32. */
  read(name: string): Promise<RawTensor>;
  /** Reads one tensor in order, block by block, so that a large one is never held twice. */
  scan(name: string, visit: (block: TensorBlock) => void): Promise<void>;
}

/** An open safetensors file. */
export interface SafetensorsFile extends TensorSource {
  readonly metadata: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

// The format's own limit.
const MAX_HEADER_BYTES = 100_000_000;
/** Of the file, per block: large enough that reads are few, small enough not to be noticed. */
const BLOCK_BYTES = 1 << 20;

/**
 * Opens a safetensors file and reads its header only; tensors are read one at a time and never pass through one
 * whole-file buffer. F32, F16, BF16, F64, I32 and I64 are widened to float32 (integers only if exact).
 * Throws if the file is missing, cut short, not safetensors, or its tensors overlap.
 *
 * @example
 * const file = await openSafetensors("links/planner.safetensors");
 * const { shape, data } = await file.read("norm.weight"); // shape [d]
 * await file.close();
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const handle = await openFile(path);
  try {
    const { header, dataStart } = await readHeader(handle);
    return fileOf(path, handle, header, dataStart);
  } catch (error) {
    await handle.close();
    throw new Error(
      `${path} is not a readable safetensors file: ${(error as Error).message}. ` +
        "Try to copy or download it again, or `git lfs pull` if git brought it.",
    );
  }
}

/** Reads every tensor of a safetensors file, by name. For files that fit in memory, such as links. */
export async function readSafetensors(path: string): Promise<Record<string, RawTensor>> {
  const file = await openSafetensors(path);
  try {
    const tensors: Record<string, RawTensor> = {};
    for (const name of file.names) tensors[name] = await file.read(name);
    return tensors;
  } finally {
    await file.close();
  }
}

/**
 * Writes tensors as float32, names sorted, so that the same tensors always give the same bytes. The file appears
 * whole or not at all. `metadata` is kept in the header (string to string).
 * Throws if a tensor has not as many elements as its shape says.
 *
 * @example await writeSafetensors("links/planner.safetensors", { bias: { shape: [2], data: new Float32Array(2) } });
 */
export async function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, RawTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const names = Object.keys(tensors).sort();
  for (const name of names) {
    const { shape, data } = tensors[name]!;
    if (name === "__metadata__")
      throw new Error('a tensor cannot be named "__metadata__". Try another name, such as "metadata".');
    if (data.length !== sizeOf(shape)) {
      throw new Error(
        `${path}: "${name}" has ${data.length} elements, its shape [${shape}] wants ${sizeOf(shape)}. ` +
          `Try shape: [${data.length}] for a plain list.`,
      );
    }
  }
  const header = formatHeader(
    names.map((name) => [name, tensors[name]!.shape]),
    metadata,
  );
  await writeAtomic(path, async (file) => {
    await file.writeFile(header);
    for (const name of names) {
      const { data } = tensors[name]!;
      await file.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
  });
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      code === "ENOENT"
        ? `there is no file ${path}. Try the path of one that ends in .safetensors.`
        : `${path} cannot be opened (${code}). Try a file that you may read.`,
    );
  }
}

async function readHeader(handle: FileHandle): Promise<{ header: Header; dataStart: number }> {
  const { size } = await handle.stat();
  if (size < 8) throw new Error(`it has ${size} bytes, fewer than the 8 of the header's length`);
  const length = new DataView(await readBytes(handle, 0, 8)).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES || length > size - 8) {
    throw new Error(`its first 8 bytes announce a header of ${length} bytes in a file of ${size}`);
  }
  const dataStart = 8 + Number(length);
  const json = new TextDecoder().decode(await readBytes(handle, 8, Number(length)));
  return { header: parseHeader(json, size - dataStart), dataStart };
}

function fileOf(
  path: string,
  handle: FileHandle,
  { entries, metadata }: Header,
  dataStart: number,
): SafetensorsFile {
  const names = [...entries.keys()].sort();
  const entryOf = (name: string) => {
    const entry = entries.get(name);
    if (entry) return entry;
    throw new Error(
      `${path} has no tensor "${name}"; it has ${names.length}: ${few(names)}. ` +
        `Try ${names.length ? `"${nearest(name, names)}"` : "another file"}.`,
    );
  };
  const scan: TensorSource["scan"] = async (name, visit) => {
    const { dtype, shape, begin } = entryOf(name);
    if (!READABLE_DTYPES.includes(dtype)) {
      throw new Error(
        `${path}: "${name}" is ${dtype}; readable are ${READABLE_DTYPES.join(", ")}. ` +
          "Try the model saved in one of these (of a quantised one, the original).",
      );
    }
    try {
      await scanWidened(handle, dtype, shape, dataStart + begin, visit);
    } catch (error) {
      throw new Error(
        `${path}: "${name}" cannot be read: ${(error as Error).message}. Try the file saved again as F32.`,
      );
    }
  };
  return {
    names,
    metadata,
    shapeOf: (name) => entryOf(name).shape,
    async read(name) {
      const { shape } = entryOf(name);
      const data = new Float32Array(sizeOf(shape));
      await scan(name, (block) => data.set(block.data, block.offset));
      return { shape: [...shape], data };
    },
    scan,
    close: () => handle.close(),
  };
}

async function scanWidened(
  handle: FileHandle,
  dtype: string,
  shape: readonly number[],
  start: number,
  visit: (block: TensorBlock) => void,
): Promise<void> {
  const width = DTYPE_BYTES[dtype]!;
  const count = sizeOf(shape);
  if (count === 0) return;
  const row = sizeOf(shape.slice(1));
  const most = BLOCK_BYTES / width;
  const step = Math.min(count, row > most ? most : row * Math.floor(most / row));
  let bytes = new ArrayBuffer(step * width);
  const block = new Float32Array(step);
  for (let offset = 0; offset < count; offset += step) {
    const data = block.subarray(0, count - offset);
    if (data.length < step) bytes = new ArrayBuffer(data.length * width);
    await readInto(new Uint8Array(bytes), handle, start + offset * width);
    widen(dtype, bytes, data);
    visit({ offset, data });
  }
}

async function readBytes(handle: FileHandle, start: number, length: number): Promise<ArrayBuffer> {
  const bytes = new ArrayBuffer(length);
  await readInto(new Uint8Array(bytes), handle, start);
  return bytes;
}

async function readInto(bytes: Uint8Array, handle: FileHandle, start: number): Promise<void> {
  for (let got = 0; got < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, got, bytes.length - got, start + got);
    if (bytesRead === 0) throw new Error(`it ends at byte ${start + got}, ${bytes.length - got} bytes early`);
    got += bytesRead;
  }
}

function few(names: readonly string[]): string {
  return names.length > 6 ? `${names.slice(0, 6).join(", ")}, …` : names.join(", ");
}
