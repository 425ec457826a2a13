import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSafetensors, readSafetensors, writeSafetensors } from "../../kernel-lib/checkpoint/safetensors";

const FIXTURES = join(__dirname, "../fixtures/dtypes");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "safetensors-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A file of the given header and data, as its bytes are laid out in the format. */
async function file(header: string | object, dataBytes: number): Promise<string> {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const path = join(folder, "made.safetensors");
  await writeFile(path, Buffer.concat([length, json, Buffer.alloc(dataBytes)]));
  return path;
}

describe("reading a file that Python wrote", () => {
  it("widens every dtype to the same float32 as torch", async () => {
    const expected = await readSafetensors(join(FIXTURES, "expected_f32.safetensors"));
    const mixed = await openSafetensors(join(FIXTURES, "mixed.safetensors"));
    const readable = mixed.names.filter((name) => name !== "i64");
    expect(readable).toEqual(["bf16", "empty", "f16", "f32", "f64", "i32", "scalar"]);
    // Compared with Object.is: the fixtures hold -0 and NaN.
    for (const name of readable) expect(await mixed.read(name), name).toEqual(expected[name]);
    expect(mixed.shapeOf("f32")).toEqual([3, 5]);
    expect(mixed.shapeOf("scalar")).toEqual([]);
    expect(mixed.metadata).toEqual({ format: "pt", note: "naïve ✓" });
    await mixed.close();
  });

  it("reads int64 that float32 holds exactly", async () => {
    const { i64 } = await readSafetensors(join(FIXTURES, "mixed.safetensors"));
    expect([...i64!.data]).toEqual([7, -16777216, 1099511627776]);
  });

  it("refuses integers that float32 would round, and dtypes it does not know", async () => {
    const unreadable = await openSafetensors(join(FIXTURES, "unreadable.safetensors"));
    await expect(unreadable.read("i64")).rejects.toThrow("element 1 is 9007199254740993, which float32");
    await expect(unreadable.read("i32")).rejects.toThrow("element 0 is 16777217, which float32");
    await expect(unreadable.read("u8")).rejects.toThrow(
      '"u8" is U8; readable are F32, F64, F16, BF16, I32, I64',
    );
    await unreadable.close();
  });
});

describe("writing", () => {
  it("gives back the tensors and the metadata", async () => {
    const path = join(folder, "links/a.safetensors");
    const tensors = {
      weight: {
        shape: [2, 3],
        data: Float32Array.of(1, -2.5, 3e-30, -0, Number.NaN, Number.POSITIVE_INFINITY),
      },
      bias: { shape: [], data: Float32Array.of(0.1) },
      none: { shape: [0, 4], data: new Float32Array(0) },
    };
    await writeSafetensors(path, tensors, { role: "planner" });
    expect(await readSafetensors(path)).toEqual(tensors);
    const opened = await openSafetensors(path);
    expect(opened.metadata).toEqual({ role: "planner" });
    expect(opened.names).toEqual(["bias", "none", "weight"]);
    await opened.close();
  });

  it("lays bytes out as the format says, whatever the order of the names", async () => {
    const path = join(folder, "a.safetensors");
    const a = { shape: [1], data: Float32Array.of(1) };
    const b = { shape: [2], data: Float32Array.of(2, 3) };
    await writeSafetensors(path, { b, a });
    const bytes = await readFile(path);
    const length = Number(bytes.readBigUInt64LE(0));
    expect(length % 8).toBe(0);
    expect(JSON.parse(bytes.toString("utf8", 8, 8 + length))).toEqual({
      a: { dtype: "F32", shape: [1], data_offsets: [0, 4] },
      b: { dtype: "F32", shape: [2], data_offsets: [4, 12] },
    });
    expect([0, 4, 8].map((at) => bytes.readFloatLE(8 + length + at))).toEqual([1, 2, 3]);
    const other = join(folder, "b.safetensors");
    await writeSafetensors(other, { a, b });
    expect(await readFile(other)).toEqual(bytes);
  });

  it("writes only the part of a buffer that a view shows", async () => {
    const path = join(folder, "a.safetensors");
    await writeSafetensors(path, { a: { shape: [2], data: Float32Array.of(1, 2, 3, 4).subarray(1, 3) } });
    expect([...(await readSafetensors(path)).a!.data]).toEqual([2, 3]);
  });

  it("writes nothing for a tensor whose shape does not fit", async () => {
    const path = join(folder, "a.safetensors");
    const wrong = { shape: [2, 2], data: new Float32Array(3) };
    await expect(writeSafetensors(path, { wrong })).rejects.toThrow(
      '"wrong" has 3 elements, its shape [2,2] wants 4',
    );
    expect(await readdir(folder)).toEqual([]);
  });
});

it("reads a tensor larger than one chunk", async () => {
  const path = join(folder, "large.safetensors");
  const data = new Float32Array(5_000_000).map((_, i) => i);
  await writeSafetensors(path, {
    first: { shape: [1], data: Float32Array.of(7) },
    large: { shape: [5_000_000], data },
  });
  const { large } = await readSafetensors(path);
  expect(large!.data.every((value, i) => value === i)).toBe(true);
  expect(large!.data).toHaveLength(5_000_000);
});

describe("a damaged file is refused with its name and what is wrong:", () => {
  const f32 = (begin: number, end: number) => ({
    dtype: "F32",
    shape: [(end - begin) / 4],
    data_offsets: [begin, end],
  });

  it.each([
    ["cut short", { a: f32(0, 8) }, 4, "it is cut short: its tensors need 8 bytes of data and 4 are there"],
    ["overlap", { a: f32(0, 8), b: f32(4, 12) }, 12, '"b" overlaps the tensor before it'],
    ["hole", { a: f32(0, 4), b: f32(8, 12) }, 12, 'there is a hole of 4 bytes before "b"'],
    ["bytes left over", { a: f32(0, 4) }, 9, "5 bytes after its last tensor belong to none"],
    [
      "wrong size",
      { a: { dtype: "F32", shape: [2], data_offsets: [0, 4] } },
      4,
      '"a" is F32 [2], 8 bytes, but has 4',
    ],
    ["no shape", { a: { dtype: "F32", data_offsets: [0, 4] } }, 4, '"a" is not {dtype, shape, data_offsets}'],
    ["negative", { a: { dtype: "F32", shape: [1], data_offsets: [-4, 0] } }, 4, "is not {dtype"],
    ["an array", [1, 2], 0, "its header is not a JSON object"],
    ["not JSON", "{a", 0, "its header is not JSON"],
    ["metadata", { __metadata__: { n: 1 } }, 0, "__metadata__ is not an object of strings"],
  ] as [string, string | object, number, string][])("%s", async (_, header, dataBytes, problem) => {
    const path = await file(header, dataBytes);
    const opened = openSafetensors(path);
    await expect(opened).rejects.toThrow(problem);
    await expect(opened).rejects.toThrow(`${path} is not a readable safetensors file`);
  });

  it("a git-lfs pointer, an empty file and no file", async () => {
    const path = join(folder, "pointer.safetensors");
    await writeFile(path, "version https://git-lfs.github.com/spec/v1\n");
    await expect(openSafetensors(path)).rejects.toThrow(
      /announce a header of \d+ bytes in a file of 43.*git lfs pull/,
    );
    await writeFile(path, "");
    await expect(openSafetensors(path)).rejects.toThrow("it has 0 bytes");
    await expect(openSafetensors(join(folder, "none"))).rejects.toThrow(
      `there is no file ${join(folder, "none")}`,
    );
  });

  it("a tensor that is not there", async () => {
    const opened = await openSafetensors(await file({ a: f32(0, 4) }, 4));
    await expect(opened.read("b")).rejects.toThrow('has no tensor "b"; it has 1: a');
    expect(() => opened.shapeOf("b")).toThrow('no tensor "b"');
    await opened.close();
  });
});
