import { type FileHandle, open } from "node:fs/promises";

/** An entry of a zip archive that is stored as it is. */
export interface ZipEntry {
  name: string;
  /** Where its bytes begin in the file. */
  start: number;
  length: number;
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
const ZIP64_END = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;
/** An end record with the longest comment, and the locator of a large archive before it. */
const TAIL_BYTES = 22 + 65535 + 20;
const FULL_32 = 0xffffffff;

/**
 * The entries of a zip archive, none of them read. Torch stores tensors uncompressed, so that each can be read where
 * it lies.
 *
 * @throws if the file is no zip archive, is cut short, or has a compressed entry
 */
export async function readZipDirectory(handle: FileHandle): Promise<Map<string, ZipEntry>> {
  const { size } = await handle.stat();
  const tail = await readAt(handle, Math.max(0, size - TAIL_BYTES), Math.min(size, TAIL_BYTES));
  const at = findEnd(tail);
  if (at < 0) throw new Error("it is not a zip archive, or its end is missing");
  const { offset, length, count } = await directoryPlace(handle, tail, at);
  if (offset + length > size) throw new Error("its directory lies beyond its end");
  const directory = await readAt(handle, offset, length);
  const entries = new Map<string, ZipEntry>();
  let position = 0;
  for (let i = 0; i < count; i++) {
    const { entry, method, local, next } = directoryEntry(directory, position);
    if (method !== 0)
      throw new Error(`its entry ${entry.name} is compressed; torch stores entries as they are`);
    const header = await readAt(handle, local, 30);
    if (header.getUint32(0, true) !== LOCAL_ENTRY)
      throw new Error(`its entry ${entry.name} is not where it should be`);
    const start = local + 30 + header.getUint16(26, true) + header.getUint16(28, true);
    if (start + entry.length > size) throw new Error(`its entry ${entry.name} is cut short`);
    entries.set(entry.name, { ...entry, start });
    position = next;
  }
  return entries;
}

/** Opens a file, with an error that says what is wrong with the path. */
export async function openRead(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      code === "ENOENT"
        ? `there is no file ${path}. Try the path of a file that torch.save() wrote.`
        : `${path} cannot be opened (${code}). Try a file that you may read.`,
    );
  }
}

export async function readAt(handle: FileHandle, start: number, length: number): Promise<DataView> {
  const bytes = new Uint8Array(length);
  for (let got = 0; got < length; ) {
    const { bytesRead } = await handle.read(bytes, got, length - got, start + got);
    if (bytesRead === 0) throw new Error(`it ends at byte ${start + got}, ${length - got} bytes early`);
    got += bytesRead;
  }
  return new DataView(bytes.buffer);
}

function findEnd(tail: DataView): number {
  for (let at = tail.byteLength - 22; at >= 0; at--) {
    if (tail.getUint32(at, true) === END_OF_DIRECTORY) return at;
  }
  return -1;
}

async function directoryPlace(
  handle: FileHandle,
  tail: DataView,
  at: number,
): Promise<{ offset: number; length: number; count: number }> {
  const count = tail.getUint16(at + 10, true);
  const length = tail.getUint32(at + 12, true);
  const offset = tail.getUint32(at + 16, true);
  if (count < 0xffff && length < FULL_32 && offset < FULL_32) return { count, length, offset };
  const locator = at - 20;
  if (locator < 0 || tail.getUint32(locator, true) !== ZIP64_LOCATOR) {
    throw new Error("its directory is that of a large archive, whose locator is missing");
  }
  const end = await readAt(handle, Number(tail.getBigUint64(locator + 8, true)), 56);
  if (end.getUint32(0, true) !== ZIP64_END) throw new Error("its large directory is damaged");
  return {
    count: Number(end.getBigUint64(32, true)),
    length: Number(end.getBigUint64(40, true)),
    offset: Number(end.getBigUint64(48, true)),
  };
}

function directoryEntry(
  directory: DataView,
  at: number,
): { entry: Omit<ZipEntry, "start">; method: number; local: number; next: number } {
  if (at + 46 > directory.byteLength || directory.getUint32(at, true) !== DIRECTORY_ENTRY) {
    throw new Error("its directory is damaged");
  }
  const nameLength = directory.getUint16(at + 28, true);
  const extraLength = directory.getUint16(at + 30, true);
  const name = new TextDecoder().decode(new Uint8Array(directory.buffer, at + 46, nameLength));
  const next = at + 46 + nameLength + extraLength + directory.getUint16(at + 32, true);
  let length = directory.getUint32(at + 24, true);
  let local = directory.getUint32(at + 42, true);
  // sizes beyond 4 GB stand in an extra field, in this order, each only where its own field is full
  let extra = at + 46 + nameLength;
  const end = extra + extraLength;
  while (extra + 4 <= end) {
    const id = directory.getUint16(extra, true);
    const size = directory.getUint16(extra + 2, true);
    if (id === 1) {
      let field = extra + 4;
      const take = (): number => {
        const value = Number(directory.getBigUint64(field, true));
        field += 8;
        return value;
      };
      if (length === FULL_32) length = take();
      if (directory.getUint32(at + 20, true) === FULL_32) take();
      if (local === FULL_32) local = take();
    }
    extra += 4 + size;
  }
  return { entry: { name, length }, method: directory.getUint16(at + 10, true), local, next };
}
