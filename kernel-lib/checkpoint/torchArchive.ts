import type { FileHandle } from "node:fs/promises";
import { DTYPE_BYTES, widen } from "./dtype";
import { type Global, readPickle } from "./pickle";
import type { RawTensor } from "./safetensors";
import { openRead, readAt, readZipDirectory, type ZipEntry } from "./zip";

/** Storages of torch by class, as safetensors calls their numbers. */
const STORAGES: Readonly<Record<string, string>> = {
  FloatStorage: "F32",
  DoubleStorage: "F64",
  HalfStorage: "F16",
  BFloat16Storage: "BF16",
  IntStorage: "I32",
  LongStorage: "I64",
};

/** A run of numbers in the archive, which tensors are views of. */
interface Storage {
  dtype: string;
  key: string;
  count: number;
}

/** A tensor as the pickle describes it. */
interface View {
  storage: Storage;
  offset: number;
  shape: number[];
  strides: number[];
}

/**
 * Reads a state dictionary that `torch.save` wrote (a `.pt` or `.bin` file since torch 1.6), widened to float32.
 * Nothing in the file is executed: dictionaries and tensors are understood, and any other global is refused by name.
 * Views are honoured: strides, offsets, tensors that share numbers.
 *
 * @returns row-major tensors by name
 * @throws if the file is missing, damaged, not a state dictionary, or asks for anything but tensors
 * @example const { "proj1.weight": { shape, data } } = await readTorchArchive("adapter.pt"); // shape [d, d]
 */
export async function readTorchArchive(path: string): Promise<Record<string, RawTensor>> {
  const handle = await openRead(path);
  try {
    const entries = await readZipDirectory(handle);
    const root = rootOf(entries);
    await checkByteOrder(handle, entries.get(`${root}byteorder`));
    const views = await readViews(handle, entries.get(`${root}data.pkl`)!);
    const tensors: [string, RawTensor][] = [];
    for (const [name, view] of views) {
      const entry = entries.get(`${root}data/${view.storage.key}`);
      tensors.push([name, await readView(handle, entry, name, view)]);
    }
    return Object.fromEntries(tensors);
  } catch (error) {
    throw new Error(
      `${path} is not a readable torch state dictionary: ${(error as Error).message}. ${advice(path, error)}`,
    );
  } finally {
    await handle.close();
  }
}

/** A file asks to run something: to download it again would help nobody. */
class ForeignGlobal extends Error {}

function advice(path: string, error: unknown): string {
  if (error instanceof ForeignGlobal) {
    return "Loaded by torch it could do harm, so it should not be used. Try weights in safetensors, from its makers.";
  }
  if (path.endsWith(".safetensors")) return `Try readSafetensors(${JSON.stringify(path)}).`;
  return "Try downloading it again, or saving its state_dict() with safetensors.";
}

/** All entries lie in one folder, named after the file as it was saved. */
function rootOf(entries: ReadonlyMap<string, ZipEntry>): string {
  const pickle = [...entries.keys()].find((name) => name === "data.pkl" || name.endsWith("/data.pkl"));
  if (pickle === undefined) throw new Error("it is a zip archive without data.pkl");
  return pickle.slice(0, -"data.pkl".length);
}

async function checkByteOrder(handle: FileHandle, entry: ZipEntry | undefined): Promise<void> {
  if (!entry) return;
  const order = new TextDecoder().decode(await readAt(handle, entry.start, entry.length));
  if (order !== "little") throw new Error(`its byte order is ${JSON.stringify(order)}; "little" is wanted`);
}

async function readViews(handle: FileHandle, entry: ZipEntry): Promise<[string, View][]> {
  const bytes = new Uint8Array((await readAt(handle, entry.start, entry.length)).buffer);
  const found = readPickle(bytes, { call, persistent: storageOf });
  if (!(found instanceof Map)) throw new Error("it holds no dictionary of tensors");
  return [...found].map(([name, view]) => {
    if (typeof name !== "string" || !isView(view)) {
      throw new Error(`its entry ${JSON.stringify(name)} is no tensor`);
    }
    return [name, view];
  });
}

function call({ module, name }: Global, args: readonly unknown[]): unknown {
  switch (`${module}.${name}`) {
    case "collections.OrderedDict":
      return new Map();
    case "torch._utils._rebuild_parameter":
      return args[0];
    case "torch._utils._rebuild_tensor_v2":
      return viewOf(args);
    default:
      throw new ForeignGlobal(`it asks to run ${module}.${name}, which weights do not need`);
  }
}

function viewOf([storage, offset, shape, strides]: readonly unknown[]): View {
  const whole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  const list = (value: unknown): value is number[] => Array.isArray(value) && value.every(whole);
  if (
    !isStorage(storage) ||
    !whole(offset) ||
    !list(shape) ||
    !list(strides) ||
    shape.length !== strides.length
  ) {
    throw new Error("it describes a tensor in a way that is not understood");
  }
  const last = shape.includes(0) ? -1 : offset + shape.reduce((sum, n, i) => sum + (n - 1) * strides[i]!, 0);
  if (last >= storage.count) throw new Error("it describes a tensor that reaches beyond its storage");
  return { storage, offset, shape, strides };
}

/** ("storage", class, key, device, count) */
function storageOf(id: unknown): Storage {
  const [tag, kind, key, , count] = Array.isArray(id) ? (id as unknown[]) : [];
  const { module, name } = (kind ?? {}) as Partial<Global>;
  const dtype = module === "torch" ? STORAGES[String(name)] : undefined;
  if (tag !== "storage" || typeof key !== "string" || !Number.isSafeInteger(count)) {
    throw new Error("it describes a storage in a way that is not understood");
  }
  if (dtype === undefined)
    throw new Error(`it stores ${module}.${name}; readable are ${Object.keys(STORAGES).join(", ")}`);
  return { dtype, key, count: count as number };
}

async function readView(
  handle: FileHandle,
  entry: ZipEntry | undefined,
  name: string,
  { storage, offset, shape, strides }: View,
): Promise<RawTensor> {
  const { dtype, count, key } = storage;
  const width = DTYPE_BYTES[dtype]!;
  if (!entry) throw new Error(`the numbers of ${name} (data/${key}) are missing`);
  if (entry.length < count * width) throw new Error(`the numbers of ${name} are cut short`);
  const size = shape.reduce((a, b) => a * b, 1);
  if (size === 0) return { shape, data: new Float32Array(0) };
  const extent = 1 + shape.reduce((sum, n, i) => sum + (n - 1) * strides[i]!, 0);
  const numbers = new Float32Array(extent);
  widen(
    dtype,
    (await readAt(handle, entry.start + offset * width, extent * width)).buffer as ArrayBuffer,
    numbers,
  );
  return { shape, data: isRowMajor(shape, strides) ? numbers : gather(numbers, shape, strides, size) };
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i]! > 1 && strides[i] !== stride) return false;
    stride *= shape[i]!;
  }
  return true;
}

function gather(
  numbers: Float32Array,
  shape: readonly number[],
  strides: readonly number[],
  size: number,
): Float32Array {
  const data = new Float32Array(size);
  const index = shape.map(() => 0);
  let from = 0;
  for (let i = 0; i < size; i++) {
    data[i] = numbers[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return data;
}

function isStorage(value: unknown): value is Storage {
  return typeof value === "object" && value !== null && "dtype" in value && "count" in value;
}

function isView(value: unknown): value is View {
  return typeof value === "object" && value !== null && "storage" in value && "strides" in value;
}
