import { table } from "arquero";
import { afterEach, describe, expect, it, vi } from "vitest";
import { tf } from "../../kernel-lib/engine/tf";
import { show } from "../../kernel-lib/kernel/mime";

const text = async (value: unknown): Promise<string> => String((await show(value))?.["text/plain"]);

describe("tensors", () => {
  afterEach(() => vi.restoreAllMocks());

  it("show shape, type, range and values", async () => {
    const tensor = tf.tensor2d([
      [1, 2, 3],
      [4, 0.333333333, 6],
    ]);
    const shown = (await show(tensor))!;
    // (1 + 2 + 3 + 4 + 1/3 + 6) / 6 = 2.7222…
    expect(shown["text/plain"]).toBe(
      "Tensor float32 [2, 3], min 0.33333, mean 2.7222, max 6\n[[1, 2, 3],\n [4, 0.33333, 6]]",
    );
    expect(shown["text/html"]).toMatch(
      /^<p>Tensor float32 \[2, 3\], min 0.33333, mean 2.7222, max 6<\/p><table>/,
    );
    expect(shown["text/html"]).toContain("<th>0</th><th>1</th><th>2</th>");
    expect(shown["text/html"]).toContain("<tr><td>1</td><td>4</td><td>0.33333</td><td>6</td></tr>");
    tensor.dispose();
    expect(await show(tensor)).toEqual({ "text/plain": "Tensor float32 [2, 3], disposed" });
  });

  it("are read without blocking, and stay as they were", async () => {
    const tensor = tf.tensor1d([1, 2]);
    const blocking = vi.spyOn(tensor, "dataSync");
    await show(tensor);
    expect(blocking).not.toHaveBeenCalled();
    expect(tensor.isDisposed).toBe(false);
    tensor.dispose();
  });

  it.each([
    ["a number", () => tf.scalar(2.5), "Tensor float32 []\n2.5"],
    ["nothing", () => tf.zeros([0, 3]), "Tensor float32 [0, 3]\n[]"],
    [
      "whole numbers",
      () => tf.tensor1d([3, -1], "int32"),
      "Tensor int32 [2], min -1, mean 1, max 3\n[3, -1]",
    ],
    ["truth values", () => tf.tensor1d([true, false], "bool"), "Tensor bool [2]\n[1, 0]"],
    ["words", () => tf.tensor1d(["a", "b"]), "Tensor string [2]\n[a, b]"],
    [
      "what is no number",
      () => tf.tensor1d([1, Number.NaN, 3]),
      "Tensor float32 [3], min 1, mean 2, max 3, 1 not finite\n[1, NaN, 3]",
    ],
    ["complex numbers", () => tf.complex([1, 2], [3, 4]), "Tensor complex64 [2]\n[1, 3, 2, 4]"],
  ])("of %s", async (_, make, expected) => {
    const tensor = make();
    expect(await text(tensor)).toBe(expected);
    tensor.dispose();
  });

  it("of text escape it in their table", async () => {
    const tensor = tf.tensor1d(["<b>"]);
    expect((await show(tensor))!["text/html"]).toContain("<td>&lt;b&gt;</td>");
    tensor.dispose();
  });

  it("say how much of them is left out", async () => {
    const tensor = tf.zeros([300]);
    const shown = await text(tensor);
    expect(shown.endsWith(", … 100 more")).toBe(true);
    expect(shown.match(/0, /g)).toHaveLength(199 + 2); // 199 between values, 2 in the range
    expect((await show(tensor))!["text/html"]).toBeUndefined();
    tensor.dispose();
  });

  it("that are huge are not downloaded", async () => {
    const huge = {
      shape: [20_000, 1000],
      dtype: "float32",
      size: 20_000_000,
      isDisposed: false,
      data: vi.fn(async () => new Float32Array()),
    };
    expect(await text(huge)).toBe("Tensor float32 [20000, 1000], 20,000,000 values; slice it to see some");
    expect(huge.data).not.toHaveBeenCalled();
  });
});

describe("arquero tables", () => {
  it("are drawn", async () => {
    const bundle = await show(table({ round: [1, 2], accuracy: [0.5, 1] }));
    expect(bundle!["text/html"]).toContain("<th");
    expect(bundle!["text/plain"]).toBe("|round|accuracy|\n|-:|-:|\n|1|0.5|\n|2|1.0|");
  });

  it("say how many rows they leave out", async () => {
    const bundle = (await show(table({ n: Array.from({ length: 2500 }, (_, i) => i) })))!;
    expect(bundle["text/plain"]).toMatch(/\|99\|\nthe first 100 of 2,500 rows are shown$/);
    expect(bundle["text/html"]).toMatch(/<p>the first 100 of 2,500 rows are shown<\/p>$/);
  });
});

describe("lists of records", () => {
  it("are tables", async () => {
    const bundle = (await show([
      { round: 1, text: "a < b" },
      { text: "", round: 22 },
    ]))!;
    expect(bundle["text/html"]).toBe(
      "<table><thead><tr><th>round</th><th>text</th></tr></thead><tbody><tr><td>1</td><td>a &lt; b</td></tr><tr><td>22</td><td></td></tr></tbody></table>",
    );
    expect(bundle["text/plain"]).toBe("round  text\n-----  -----\n1      a < b\n22");
  });

  it("show numbers, dates and missing values shortly", async () => {
    const at = new Date("2026-01-02T00:00:00Z");
    expect(await text([{ x: 1 / 3, at, missing: null, left: undefined }])).toBe(
      "x        at          missing  left\n-------  ----------  -------  ----\n0.33333  2026-01-02",
    );
  });

  it("say how many rows they leave out", async () => {
    const rows = Array.from({ length: 101 }, (_, n) => ({ n }));
    expect(await text(rows)).toMatch(/\nthe first 100 of 101 rows are shown$/);
  });

  it.each([
    ["with other keys", [{ a: 1 }, { b: 1 }]],
    ["with more keys", [{ a: 1 }, { a: 1, b: 1 }]],
    ["that are nested", [{ a: { b: 1 } }]],
    ["without keys", [{}, {}]],
    [
      "of a class",
      [
        new (class Row {
          a = 1;
        })(),
      ],
    ],
    ["beside something else", [{ a: 1 }, null]],
  ])("%s stay text", async (_, list) => {
    expect(Object.keys((await show(list))!)).toEqual(["text/plain"]);
  });
});

describe("typed arrays", () => {
  it.each([
    [Float32Array.of(0.5, 1.5), "Float32Array, 2 values, min 0.5, mean 1, max 1.5\n[0.5, 1.5]"],
    [Uint8Array.of(1, 2, 3), "Uint8Array, 3 values, min 1, mean 2, max 3\n[1, 2, 3]"],
    [BigInt64Array.of(-5n, 7n), "BigInt64Array, 2 values, min -5, max 7\n[-5, 7]"],
    [new Int16Array(0), "Int16Array, 0 values\n[]"],
    [Float64Array.of(Number.NaN), "Float64Array, 1 values, 1 not finite\n[NaN]"],
    [Buffer.from("ab"), "Buffer, 2 values, min 97, mean 97.5, max 98\n[97, 98]"],
    [new ArrayBuffer(4), "ArrayBuffer, 4 bytes\n[0, 0, 0, 0]"],
    [new SharedArrayBuffer(1), "SharedArrayBuffer, 1 bytes\n[0]"],
  ])("%o", async (value, expected) => {
    expect(await show(value)).toEqual({ "text/plain": expected });
  });

  it("of ten million values are summed up", async () => {
    const values = new Float32Array(10_000_000).fill(1);
    values[9_999_999] = 3;
    const shown = await text(values);
    expect(shown).toMatch(/^Float32Array, 10,000,000 values, min 1, mean 1, max 3\n\[1, 1, /);
    expect(shown).toMatch(/, … 9,999,900 more\]$/);
  });
});

describe("pictures", () => {
  const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  const ascii = (letters: string) => [...letters].map((letter) => letter.charCodeAt(0));

  it.each([
    ["image/png", PNG, "PNG picture, 8 bytes"],
    ["image/jpeg", [0xff, 0xd8, 0xff, 0xe0], "JPEG picture, 4 bytes"],
    ["image/gif", ascii("GIF89a;"), "GIF picture, 7 bytes"],
    ["image/webp", ascii("RIFF....WEBPVP8 "), "WebP picture, 16 bytes"],
  ])("%s bytes are known by how they begin", async (type, bytes, plain) => {
    const expected = { [type]: Buffer.from(bytes).toString("base64"), "text/plain": plain };
    expect(await show(Uint8Array.from(bytes))).toEqual(expected);
    expect(await show(Uint8Array.from([0, ...bytes]).subarray(1))).toEqual(expected);
    expect(await show(Uint8Array.from(bytes).buffer)).toEqual(expected);
    expect(await show(new Blob([Uint8Array.from(bytes)], { type }))).toEqual(expected);
  });

  it("other bytes and other blobs are none", async () => {
    expect(await text(Uint8Array.from(PNG.slice(0, 4)))).toMatch(/^Uint8Array, 4 values/);
    expect(await text(Uint8Array.from(ascii("RIFF....WAVE")))).toMatch(/^Uint8Array/);
    expect(await text(new Blob(["hello"], { type: "text/plain" }))).toContain("Blob { size: 5");
  });

  it.each([
    '<svg xmlns="x"/>',
    "\n <svg><circle/></svg>\n",
    '<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "a" "b">\n<svg></svg>',
  ])("%j is SVG", async (svg) => {
    const expected = { "image/svg+xml": svg, "text/plain": `SVG, ${svg.length} characters` };
    expect(await show(svg)).toEqual(expected);
    expect(await show(new Blob([svg], { type: "image/svg+xml" }))).toEqual(expected);
  });

  it.each(["svg", "<svgfoo></svgfoo>", "<svg> is a tag", "text <svg></svg>"])("%j is not", async (plain) => {
    expect(await show(plain)).toEqual({ "text/plain": `'${plain}'` });
  });
});
