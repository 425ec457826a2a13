/** Bytes per element of the dtypes of the safetensors format. */
export const DTYPE_BYTES: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  F64: 8,
  I64: 8,
  U64: 8,
};

type Widen = (bytes: ArrayBuffer, into: Float32Array) => void;

const WIDEN: Readonly<Record<string, Widen>> = {
  F32: (bytes, into) => into.set(new Float32Array(bytes)),
  F64: (bytes, into) => into.set(new Float64Array(bytes)),
  F16: (bytes, into) => mapInto(new Uint16Array(bytes), into, halfTable()),
  BF16: widenBfloat16,
  I32: (bytes, into) => copyExact(new Int32Array(bytes), into),
  I64: (bytes, into) => copyExact(new BigInt64Array(bytes), into),
};

export const READABLE_DTYPES: readonly string[] = Object.keys(WIDEN);

/**
 * Widens little-endian elements of a dtype to float32, into `into` (whose length says how many).
 * Throws a RangeError for an integer that float32 cannot hold exactly.
 */
export function widen(dtype: string, bytes: ArrayBuffer, into: Float32Array): void {
  const convert = WIDEN[dtype];
  if (!convert)
    throw new RangeError(`dtype ${dtype} is not readable; readable are ${READABLE_DTYPES.join(", ")}`);
  convert(bytes, into);
}

// bfloat16 is the upper half of a float32.
function widenBfloat16(bytes: ArrayBuffer, into: Float32Array): void {
  const halves = new Uint16Array(bytes);
  const bits = new Uint32Array(into.buffer, into.byteOffset, into.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
}

function mapInto(indices: Uint16Array, into: Float32Array, table: Float32Array): void {
  for (let i = 0; i < indices.length; i++) into[i] = table[indices[i]!]!;
}

function copyExact(values: Int32Array | BigInt64Array, into: Float32Array): void {
  for (let i = 0; i < values.length; i++) {
    into[i] = Number(values[i]!);
    // Compared as bigint: an int64 may already have been rounded on its way to a number.
    if (BigInt(into[i]!) !== BigInt(values[i]!)) {
      throw new RangeError(`element ${i} is ${values[i]}, which float32 cannot hold exactly`);
    }
  }
}

let halves: Float32Array | undefined;

// Node 20 has no Float16Array; a table of all 65,536 values is faster than decoding each element anyway.
function halfTable(): Float32Array {
  halves ??= Float32Array.from({ length: 65536 }, (_, bits) => half(bits));
  return halves;
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
