import { DTYPE_BYTES } from "./dtype";

/** Where one tensor lies: offsets count from the end of the header. */
export interface TensorEntry {
  dtype: string;
  shape: number[];
  begin: number;
  end: number;
}

export interface Header {
  entries: Map<string, TensorEntry>;
  metadata: Record<string, string>;
}

/**
 * Reads the JSON header of a safetensors file and checks that its tensors tile the `dataBytes` that follow it.
 * Throws an Error saying what is wrong (without the file's name, which the caller adds).
 */
export function parseHeader(json: string, dataBytes: number): Header {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new Error("its header is not JSON");
  }
  if (!isRecord(parsed)) throw new Error("its header is not a JSON object");
  const { __metadata__: metadata = {}, ...tensors } = parsed;
  if (!isRecord(metadata) || Object.values(metadata).some((value) => typeof value !== "string")) {
    throw new Error("its __metadata__ is not an object of strings");
  }
  const entries = new Map(Object.entries(tensors).map(([name, value]) => [name, parseEntry(name, value)]));
  checkTiling(entries, dataBytes);
  return { entries, metadata: metadata as Record<string, string> };
}

function parseEntry(name: string, value: unknown): TensorEntry {
  const { dtype, shape, data_offsets: offsets }: Record<string, unknown> = isRecord(value) ? value : {};
  if (typeof dtype !== "string" || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
    throw new Error(`its entry "${name}" is not {dtype, shape, data_offsets}`);
  }
  const [begin, end] = offsets as [number, number];
  const size = DTYPE_BYTES[dtype];
  if (size !== undefined && end - begin !== size * sizeOf(shape)) {
    throw new Error(
      `"${name}" is ${dtype} [${shape}], ${size * sizeOf(shape)} bytes, but has ${end - begin}`,
    );
  }
  return { dtype, shape, begin, end };
}

function checkTiling(entries: Map<string, TensorEntry>, dataBytes: number): void {
  let reached = 0;
  const inOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  for (const [name, { begin, end }] of inOrder) {
    if (begin < reached)
      throw new Error(`"${name}" overlaps the tensor before it (byte ${begin} of the data)`);
    if (begin > reached) throw new Error(`there is a hole of ${begin - reached} bytes before "${name}"`);
    reached = end;
  }
  if (reached > dataBytes) {
    throw new Error(`it is cut short: its tensors need ${reached} bytes of data and ${dataBytes} are there`);
  }
  if (reached < dataBytes)
    throw new Error(`${dataBytes - reached} bytes after its last tensor belong to none`);
}

/** The header's bytes, its length in front, padded with spaces so that the data starts 8-byte aligned. */
export function formatHeader(
  tensors: readonly (readonly [name: string, shape: readonly number[]])[],
  metadata: Readonly<Record<string, string>>,
  dtype: "F32" | "BF16" = "F32",
): Uint8Array {
  let offset = 0;
  const entries = tensors.map(([name, shape]) => {
    const begin = offset;
    offset += DTYPE_BYTES[dtype]! * sizeOf(shape);
    return [name, { dtype, shape, data_offsets: [begin, offset] }] as const;
  });
  const metadataEntry = Object.keys(metadata).length > 0 ? [["__metadata__", metadata] as const] : [];
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries([...metadataEntry, ...entries])));
  const length = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, 8);
  return bytes;
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
