import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { readModelFolder } from "../../kernel-lib/checkpoint/modelFolder";
import type { TensorSource } from "../../kernel-lib/checkpoint/safetensors";
import { exportWeights, loadWeights } from "../../kernel-lib/checkpoint/weights";
import { ready } from "../../kernel-lib/engine/backend";
import { tf } from "../../kernel-lib/engine/tf";
import { parameterSpecs } from "../../kernel-lib/model/parameters";

const FOLDER = join(__dirname, "..", "fixtures", "models", "qwen2-tied");

beforeAll(() => ready());

describe("the weights of a model", () => {
  it("are read with linear layers as [in, out] and all else as stored", async () => {
    const { config, tensors } = await readModelFolder(FOLDER);
    const weights = await loadWeights(config, tensors);
    const name = "model.layers.0.mlp.down_proj.weight";
    const stored = await tensors.read(name);
    const [out, into] = stored.shape as [number, number];
    expect(weights[name]!.shape).toEqual([into, out]);
    const turned = await weights[name]!.data();
    for (let i = 0; i < out * into; i++) {
      expect(turned[(i % into) * out + Math.floor(i / into)]).toBe(stored.data[i]);
    }
    const embeddings = await tensors.read("model.embed_tokens.weight");
    expect(weights["model.embed_tokens.weight"]!.shape).toEqual(embeddings.shape);
    tf.dispose(weights as Record<string, tf.Tensor>);
  });

  it.each([
    ["of whole rows", 5],
    ["that cut rows", 7],
    ["of one element", 1],
    ["of everything", 10_000],
  ])("are the same when they come in blocks %s", async (_, size) => {
    const { config, tensors } = await readModelFolder(FOLDER);
    const inBlocks: TensorSource = {
      ...tensors,
      async scan(name, visit) {
        const { data, shape } = await tensors.read(name);
        const step = size === 5 ? size * (shape[1] ?? 1) : size;
        // one array for all, as a file is read
        const block = new Float32Array(step);
        for (let offset = 0; offset < data.length; offset += step) {
          const part = data.subarray(offset, offset + step);
          block.set(part);
          visit({ offset, data: block.subarray(0, part.length) });
        }
      },
    };
    const [whole, pieces] = [await loadWeights(config, tensors), await loadWeights(config, inBlocks)];
    expect(Object.keys(pieces)).toEqual(parameterSpecs(config).map(({ name }) => name));
    for (const [name, tensor] of Object.entries(whole)) {
      expect(pieces[name]!.shape, name).toEqual(tensor.shape);
      expect(await pieces[name]!.data(), name).toEqual(await tensor.data());
    }
    tf.dispose([whole, pieces] as unknown as tf.Tensor[]);
  });

  it("are freed when a later one cannot be read, or on a signal", async () => {
    const { config, tensors } = await readModelFolder(FOLDER);
    const before = tf.memory().numTensors;
    let left = 9;
    const breaking: TensorSource = {
      ...tensors,
      scan: (name, visit) => (--left ? tensors.scan(name, visit) : Promise.reject(new Error("disk gone"))),
    };
    await expect(loadWeights(config, breaking)).rejects.toThrow("disk gone");
    expect(tf.memory().numTensors).toBe(before);
    await expect(loadWeights(config, tensors, { signal: AbortSignal.abort() })).rejects.toThrow("stopped");
    expect(tf.memory().numTensors).toBe(before);
  });

  it("are read with one warning when numbers are NaN or infinite, which names the first tensor", async () => {
    const { config, tensors } = await readModelFolder(FOLDER);
    const spoiled = (spoil: Record<string, number[]>): TensorSource => ({
      ...tensors,
      scan: (name, visit) =>
        tensors.scan(name, ({ offset, data }) => {
          data.set(spoil[name] ?? []);
          visit({ offset, data });
        }),
    });
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    try {
      tf.dispose((await loadWeights(config, spoiled({}))) as Record<string, tf.Tensor>);
      expect(warn).not.toHaveBeenCalled();
      const source = spoiled({
        "model.embed_tokens.weight": [1, Number.NaN, -Infinity],
        "model.norm.weight": [Number.NaN],
      });
      tf.dispose((await loadWeights(config, source, { from: "models/odd" })) as Record<string, tf.Tensor>);
      expect(warn.mock.calls).toEqual([
        [
          "models/odd: 2 of the 2048 numbers of model.embed_tokens.weight, and numbers of 1 further tensor, are NaN " +
            "or infinite, and so will be what the model says. Try downloading the checkpoint again.",
        ],
      ]);
    } finally {
      warn.mockRestore();
    }
  });

  it("are given back as they were read, bit for bit, and leave no tensor behind", async () => {
    const { config, tensors } = await readModelFolder(FOLDER);
    const before = tf.memory().numTensors;
    const weights = await loadWeights(config, tensors);
    const raw = await exportWeights(config, weights);
    tf.dispose(weights as Record<string, tf.Tensor>);
    expect(tf.memory().numTensors).toBe(before);
    expect(Object.keys(raw).sort()).toEqual([...tensors.names].sort());
    for (const [name, { shape, data }] of Object.entries(raw)) {
      const stored = await tensors.read(name);
      expect(shape, name).toEqual([...stored.shape]);
      expect([...data], name).toEqual([...stored.data]);
    }
  });
});
