import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * Writes a file so that readers see either the old content or the whole new one, never a part: to a temporary
 * file in the same folder, flushed to disk, then renamed. Makes the folder if it is missing; on failure the
 * temporary file is removed and the old file is untouched.
 *
 * @example await writeFileAtomic("results/run.json", JSON.stringify(run));
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  await writeAtomic(path, (file) => file.writeFile(data));
}

/** {@link writeFileAtomic} for content that is produced piece by piece: `write` fills the temporary file. */
export async function writeAtomic(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  await makeFolder(dirname(path));
  const temporary = siblingOf(path);
  try {
    const file = await open(temporary, "wx");
    try {
      await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw unwritable(path, error);
  }
}

/** Makes a folder and those it lies in, unless they are there. */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error) => {
    throw unwritable(folder, error);
  });
}

/** What the disk refused, with what to try; any other error stays as it is. */
export function unwritable(path: string, error: unknown): unknown {
  const { syscall, code } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return error;
  return new Error(
    `${path} cannot be written (${code}). Try another folder, with room and the right to write there.`,
    { cause: error },
  );
}

/** A fresh hidden name beside `path`: the same folder, because a rename is atomic only within one file system. */
export function siblingOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.tmp`);
}
