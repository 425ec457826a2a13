import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readModelFolder } from "../../kernel-lib/checkpoint/modelFolder";
import { exportWeights, loadWeights } from "../../kernel-lib/checkpoint/weights";
import { ready } from "../../kernel-lib/engine/backend";
import { tf } from "../../kernel-lib/engine/tf";

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
