import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readModelFolder } from "../../kernel-lib/checkpoint/modelFolder";
import { readSafetensors } from "../../kernel-lib/checkpoint/safetensors";
import { loadWeights } from "../../kernel-lib/checkpoint/weights";
import { ready } from "../../kernel-lib/engine/backend";
import { tf } from "../../kernel-lib/engine/tf";
import { embed, forward, logits, type Model } from "../../kernel-lib/model/transformer";

interface Expected {
  inputIds: number[][];
  attentionMask: number[][];
  greedy: number[][];
}

const fixture = (name: string): string => join(__dirname, "..", "fixtures", "models", name);

async function load(name: string) {
  const { config, tensors } = await readModelFolder(fixture(name));
  const model: Model = { config, weights: await loadWeights(config, tensors) };
  const expected = JSON.parse(await readFile(join(fixture(name), "expected.json"), "utf8")) as Expected;
  const values = await readSafetensors(join(fixture(name), "expected.safetensors"));
  return { model, expected, values, mask: expected.attentionMask.map((row) => Uint8Array.from(row)) };
}

/** The largest difference where the mask is 1; `expected` is `[batch, time, width]`. */
async function worst(
  actual: tf.Tensor,
  expected: Float32Array,
  mask: readonly Uint8Array[],
): Promise<number> {
  const width = actual.shape.at(-1)!;
  const values = (await actual.data()) as Float32Array;
  const real = Uint8Array.from(mask.flatMap((row) => [...row]));
  return values.reduce(
    (top, value, i) => (real[Math.floor(i / width)] ? Math.max(top, Math.abs(value - expected[i]!)) : top),
    0,
  );
}

beforeAll(() => ready());

// Hugging Face transformers in float32; sums in another order differ by a few 1e-6
const TOLERANCE = 5e-5;

describe.each(["qwen2-tied", "qwen2-untied", "qwen3", "llama"])("the transformer as %s", (name) => {
  it("gives the hidden states and logits of Hugging Face transformers, padded rows included", async () => {
    const { model, expected, values, mask } = await load(name);
    const { hidden } = forward(model, embed(model, expected.inputIds), { mask });
    expect(await worst(hidden, values.last_hidden_state!.data, mask)).toBeLessThan(TOLERANCE);
    expect(await worst(logits(model, hidden), values.logits!.data, mask)).toBeLessThan(TOLERANCE);
  });

  it("gives the same when the sequence is read in two parts through the cache", async () => {
    const { model, expected, values, mask } = await load(name);
    const ids = (from: number, to?: number) => expected.inputIds.map((row) => row.slice(from, to));
    const masks = (from: number, to?: number) => mask.map((row) => row.slice(from, to));
    const first = forward(model, embed(model, ids(0, 7)), { mask: masks(0, 7) });
    const second = forward(model, embed(model, ids(7)), { mask: masks(7), cache: first.cache });
    const whole = tf.concat([first.hidden, second.hidden], 1);
    expect(await worst(whole, values.last_hidden_state!.data, mask)).toBeLessThan(TOLERANCE);
  });

  it("continues greedily as transformers does, one position at a time", async () => {
    const { model, expected, mask } = await load(name);
    let { hidden, cache } = forward(model, embed(model, expected.inputIds), { mask });
    const greedy: number[][] = expected.greedy.map(() => []);
    for (let step = 0; step < expected.greedy[0]!.length; step++) {
      const last = tf.slice(hidden, [0, hidden.shape[1] - 1, 0], [hidden.shape[0], 1, hidden.shape[2]]);
      const best = Array.from(await tf.argMax(logits(model, last), -1).data());
      for (const [b, id] of best.entries()) greedy[b]!.push(id);
      ({ hidden, cache } = forward(
        model,
        embed(
          model,
          best.map((id) => [id]),
        ),
        { cache },
      ));
    }
    expect(greedy).toEqual(expected.greedy);
  });
});

describe("the transformer", () => {
  it("refuses a sequence longer than the model reads", async () => {
    const { model } = await load("llama");
    const short: Model = { ...model, config: { ...model.config, maxPositions: 3 } };
    expect(() => forward(short, embed(short, [[1, 2, 3, 4]]))).toThrow(/4 positions long.*at most 3/);
  });
});
