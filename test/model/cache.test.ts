import { expect, it } from "vitest";
import { read } from "../../kernel-lib/agent/read";
import { tf } from "../../kernel-lib/engine/tf";
import { selectRows } from "../../kernel-lib/model/cache";
import { tinyAgent } from "../agent/agents";
import { expectClose, tensorsLeftBy } from "../support/tensors";

const PROMPTS = [[5, 7, 9, 11], [6], [8, 10]];

it.each(["qwen3", "llama", "gemma3", "mistral", "qwen3_5"])(
  "rows that are selected go on as if they had been read alone, whatever the family's memory: %s",
  async (name) => {
    const { model } = await tinyAgent(name);
    const whole = tf.tidy(() => {
      const some = selectRows(read(model, [{ ids: PROMPTS }]), [2, 0]);
      expect(some.cache.mask.map((row) => [...row])).toEqual([
        [0, 0, 1, 1],
        [1, 1, 1, 1],
      ]);
      return read(model, [{ ids: [[12], [13]] }], some.cache).hidden;
    });
    const alone = (prompt: number[], next: number): tf.Tensor =>
      tf.tidy(() => read(model, [{ ids: [[next]] }], read(model, [{ ids: [prompt] }]).cache).hidden);
    const expected = [alone([8, 10], 12), alone([5, 7, 9, 11], 13)];
    const numbers = await Promise.all(expected.map(async (tensor) => [...(await tensor.data())]));
    await expectClose(whole, numbers.flat(), 1e-4);
    tf.dispose([whole, ...expected]);
  },
);

it("selecting frees what it used on the way, and leaves the whole as it was", async () => {
  const { model } = await tinyAgent("qwen3");
  const left = await tensorsLeftBy(() => {
    tf.tidy(() => {
      const whole = read(model, [{ ids: PROMPTS }]);
      const before = tf.memory().numTensors;
      const some = selectRows(whole, [1]);
      // hidden states, and keys and values of each layer
      expect(tf.memory().numTensors - before).toBe(1 + 2 * some.cache.layers.length);
      expect(whole.hidden.shape[0]).toBe(3);
    });
  });
  expect(left).toBe(0);
});
