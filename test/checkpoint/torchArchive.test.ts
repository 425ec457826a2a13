import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSafetensors } from "../../kernel-lib/checkpoint/safetensors";
import { readTorchArchive } from "../../kernel-lib/checkpoint/torchArchive";

const fixture = (name: string): string => join(__dirname, "../fixtures/torch", name);

describe("a state dictionary of torch", () => {
  it.each(["views", "module"])("is read as torch means it: %s", async (name) => {
    const expected = await readSafetensors(fixture(`${name}.expected.safetensors`));
    const read = await readTorchArchive(fixture(`${name}.pt`));
    expect(Object.keys(read).sort()).toEqual(Object.keys(expected).sort());
    for (const [key, { shape, data }] of Object.entries(expected)) {
      expect(read[key]!.shape, key).toEqual(shape);
      expect([...read[key]!.data], key).toEqual([...data]);
    }
  });

  it.each([
    ["a pickle that would run a command", "shell.pt", /asks to run (posix|nt)\.system/],
    ["a list", "list.pt", /holds no dictionary of tensors/],
    ["what is no tensor", "text.pt", /"weight" is no tensor/],
    ["numbers of an unknown kind", "bytes.pt", /stores torch\.ByteStorage; readable are FloatStorage/],
    ["a file cut short", "short.pt", /not a zip archive, or its end is missing/],
    ["compressed entries", "squeezed.pt", /is compressed/],
    ["numbers that are missing", "lost.pt", /data\/1\) are missing/],
    ["a file that is not there", "nowhere.pt", /there is no file/],
  ])("is refused with %s", async (_, name, problem) => {
    await expect(readTorchArchive(fixture(name))).rejects.toThrow(problem);
    await expect(readTorchArchive(fixture(name))).rejects.toThrow(fixture(name));
  });

  it("runs nothing of what it refuses", async () => {
    const trace = join(tmpdir(), `executed-${process.pid}`);
    // protocol 2: posix.system("touch …")
    const pickle = `\x80\x02cposix\nsystem\nX${String.fromCharCode(trace.length + 6, 0, 0, 0)}touch ${trace}\x85R.`;
    const file = join(tmpdir(), `evil-${process.pid}.pt`);
    await writeFile(file, storedZip("archive/data.pkl", Buffer.from(pickle, "latin1")));
    await expect(readTorchArchive(file)).rejects.toThrow("asks to run posix.system");
    expect(existsSync(trace)).toBe(false);
  });
});

/** A zip archive of one entry, stored. */
function storedZip(name: string, content: Buffer): Buffer {
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt32LE(content.length, 18);
  local.writeUInt32LE(content.length, 22);
  local.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt32LE(content.length, 20);
  entry.writeUInt32LE(content.length, 24);
  entry.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + name.length, 12);
  end.writeUInt32LE(30 + name.length + content.length, 16);
  return Buffer.concat([local, Buffer.from(name), content, entry, Buffer.from(name), end]);
}
