/** Where a buffer belongs in a state, from the outside in. */
export type BufferPath = (string | number)[];

/** A state whose binary parts travel beside the JSON, as Jupyter's widget messages have them. */
export interface Separated {
  state: Record<string, unknown>;
  buffer_paths: BufferPath[];
  buffers: Uint8Array[];
}

/** Takes typed arrays and buffers out of a state: out of an object the key goes, in a list null stays. */
export function separateBuffers(state: Readonly<Record<string, unknown>>): Separated {
  const buffer_paths: BufferPath[] = [];
  const buffers: Uint8Array[] = [];
  const take = (bytes: Uint8Array, path: BufferPath) => {
    buffer_paths.push(path);
    buffers.push(bytes);
  };
  const visit = (part: unknown, path: BufferPath): unknown => {
    if (Array.isArray(part)) {
      return part.map((item, index) => {
        const bytes = bytesOf(item);
        if (!bytes) return visit(item, [...path, index]);
        take(bytes, [...path, index]);
        return null;
      });
    }
    return isPlain(part) ? visitRecord(part, path) : part;
  };
  const visitRecord = (record: Readonly<Record<string, unknown>>, path: BufferPath) => {
    const kept: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(record)) {
      const bytes = bytesOf(item);
      if (bytes) take(bytes, [...path, key]);
      else kept[key] = visit(item, [...path, key]);
    }
    return kept;
  };
  return { state: visitRecord(state, []), buffer_paths, buffers };
}

/** Puts buffers back where they belong; the state was made for this and is changed. */
export function joinBuffers(
  state: Record<string, unknown>,
  paths: readonly BufferPath[],
  buffers: readonly Uint8Array[],
): Record<string, unknown> {
  for (const [index, path] of paths.entries()) {
    const holder = path.slice(0, -1).reduce<unknown>((part, key) => ownPart(part, key), state);
    const key = path.at(-1);
    const bytes = buffers[index];
    if (typeof holder === "object" && holder !== null && key !== undefined && bytes) {
      (holder as Record<string | number, unknown>)[key] = bytes;
    }
  }
  return state;
}

function ownPart(part: unknown, key: string | number): unknown {
  if (typeof part !== "object" || part === null || !Object.hasOwn(part, key)) return undefined;
  return (part as Record<string | number, unknown>)[key];
}

function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (!ArrayBuffer.isView(value)) return undefined;
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
