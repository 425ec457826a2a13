import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readModelFolder } from "../../kernel-lib/checkpoint/modelFolder";
import { readSafetensors } from "../../kernel-lib/checkpoint/safetensors";
import { loadWeights } from "../../kernel-lib/checkpoint/weights";
import { ready } from "../../kernel-lib/engine/backend";
import { crossEntropy } from "../../kernel-lib/engine/loss";
import { tf } from "../../kernel-lib/engine/tf";
import type { Cache } from "../../kernel-lib/model/cache";
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

const MODELS = ["qwen2-tied", "qwen2-untied", "qwen3", "llama", "mistral", "gemma3", "qwen3_5"];

describe.each(MODELS)("the transformer as %s", (name) => {
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

describe("padding between what is cached and what is new", () => {
  it.each(MODELS)("changes nothing for %s", async (name) => {
    const { model, expected } = await load(name);
    const ids = expected.inputIds[0]!;
    const alone = forward(model, embed(model, [ids]));
    const [head, tail] = [ids.slice(0, 6), ids.slice(6)];
    const prefix = forward(model, embed(model, [head, head]));
    const rows = [tail, [0, 0, 0, ...tail.slice(0, 3)]];
    const mask = [Uint8Array.from(tail, () => 1), Uint8Array.from([0, 0, 0, 1, 1, 1])];
    const padded = forward(model, embed(model, rows), { mask, cache: prefix.cache });
    const d = model.config.hiddenSize;
    const compare = async (a: tf.Tensor, b: tf.Tensor): Promise<number> =>
      (await tf.max(tf.abs(tf.sub(a, b))).data())[0]!;
    expect(
      await compare(
        tf.slice(padded.hidden, [0, 0, 0], [1, 6, d]),
        tf.slice(alone.hidden, [0, 6, 0], [1, 6, d]),
      ),
    ).toBeLessThan(TOLERANCE);
    expect(
      await compare(
        tf.slice(padded.hidden, [1, 3, 0], [1, 3, d]),
        tf.slice(alone.hidden, [0, 6, 0], [1, 3, d]),
      ),
    ).toBeLessThan(TOLERANCE);
    // what comes after is the same too, so nothing of the padding stays behind
    const next = forward(model, embed(model, [[7], [7]]), { cache: padded.cache });
    const nextAlone = forward(model, embed(model, [[...ids.slice(0, 9), 7]]));
    expect(
      await compare(
        tf.slice(next.hidden, [1, 0, 0], [1, 1, d]),
        tf.slice(nextAlone.hidden, [0, 9, 0], [1, 1, d]),
      ),
    ).toBeLessThan(TOLERANCE);
  });
});

describe("the gradient of a loss in the input embeddings", () => {
  it.each(MODELS)("is that of PyTorch for %s, whole and through the cache", async (name) => {
    const { model, expected, values, mask } = await load(name);
    const given = tf.tidy(() => embed(model, expected.inputIds));
    const [batch, time, d] = given.shape;
    const loss =
      (parts: readonly number[]) =>
      (embeddings: tf.Tensor): tf.Scalar => {
        let cache: Cache | undefined;
        let from = 0;
        const hidden = parts.map((length) => {
          const part = tf.slice(embeddings as tf.Tensor3D, [0, from, 0], [batch, length, d]);
          const ran = forward(model, part, {
            mask: mask.map((row) => row.slice(from, from + length)),
            ...(cache && { cache }),
          });
          cache = ran.cache;
          from += length;
          return ran.hidden;
        });
        const counted = mask.map((row) =>
          Array.from(row.slice(0, -1), (real, t) => (real && row[t + 1] ? 1 : 0)),
        );
        const scores = tf.slice(
          logits(model, tf.concat(hidden, 1)),
          [0, 0, 0],
          [batch, time - 1, model.config.vocabSize],
        );
        const targets = tf.tensor1d(
          expected.inputIds.flatMap((row) => row.slice(1)),
          "int32",
        );
        return crossEntropy(
          tf.reshape(scores, [batch * (time - 1), -1]) as tf.Tensor2D,
          targets,
          tf.tensor1d(counted.flat()),
        );
      };
    const wanted = values.inputs_embeds_grad!.data;
    const scale = wanted.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
    for (const parts of [[time], [5, 1, time - 6]]) {
      const gradient = tf.grad(loss(parts))(given);
      expect(await worst(gradient, wanted, mask)).toBeLessThan(1e-3 * scale);
    }
  });
});

describe("the transformer", () => {
  it.each(["qwen3", "gemma3", "qwen3_5"])(
    "keeps of a layer its output and its cache, as %s",
    async (name) => {
      const { model, expected } = await load(name);
      const { layers } = model.config;
      const embeddings = embed(model, expected.inputIds);
      const [tensors, bytes] = [tf.memory().numTensors, tf.memory().numBytes];
      const { hidden, cache } = forward(model, embeddings);
      const kept =
        4 * [...cache.layers.flatMap((layer) => Object.values(layer))].reduce((n, t) => n + t.size, 0);
      // two of the cache and one output per layer; the masks, angles and final norm of the whole pass
      expect(tf.memory().numTensors - tensors).toBeLessThan(3 * layers + 40);
      expect(tf.memory().numBytes - bytes).toBeLessThan(kept + 4 * (layers + 12) * hidden.size);
    },
  );

  it("refuses a sequence longer than the model reads", async () => {
    const { model } = await load("llama");
    const short: Model = { ...model, config: { ...model.config, maxPositions: 3 } };
    expect(() => forward(short, embed(short, [[1, 2, 3, 4]]))).toThrow(/4 positions long.*at most 3/);
  });
});
