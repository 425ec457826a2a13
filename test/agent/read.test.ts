import { beforeAll, describe, expect, it } from "vitest";
import type { Agent } from "../../kernel-lib/agent/agent";
import { lastHidden, read } from "../../kernel-lib/agent/read";
import { tf } from "../../kernel-lib/engine/tf";
import { expectGradients } from "../support/finiteDifferences";
import { expectClose, noise } from "../support/tensors";
import { promptsOf, tinyAgent } from "./agents";

let agent: Agent;
let ids: number[][];
beforeAll(async () => {
  agent = await tinyAgent();
  ({ ids } = await promptsOf("qwen3"));
});

/** Question `b` of a batch, its last `count` positions. */
const tail = (hidden: tf.Tensor3D, b: number, count: number): tf.Tensor =>
  tf.slice(hidden, [b, hidden.shape[1] - count, 0], [1, count, -1]);

describe("reading", () => {
  it("gives each question of a batch what it gets alone, unpadded", async () => {
    const together = read(agent.model, [{ ids }]);
    expect(together.hidden.shape).toEqual([2, 12, 32]);
    for (const [b, row] of ids.entries()) {
      const alone = read(agent.model, [{ ids: [row] }]);
      await expectClose(tail(together.hidden, b, row.length), await alone.hidden.data(), 2e-5);
    }
  });

  it("marks padding in the cache, on the left of its chunk", () => {
    const { cache } = read(agent.model, [{ ids }]);
    expect(cache.mask.map((row) => [...row].join(""))).toEqual(["111111111111", "000011111111"]);
  });

  it("gives the same in several chunks, at once or one after the other", async () => {
    const latents = noise<tf.Tensor3D>("latents", [2, 3, 32]);
    const [first, second] = [ids.map((row) => row.slice(0, 5)), ids.map((row) => row.slice(5))];
    const atOnce = read(agent.model, [{ ids: first }, { latents }, { ids: second }]);
    let step = read(agent.model, [{ ids: first }]);
    step = read(agent.model, [{ latents }], step.cache);
    step = read(agent.model, [{ ids: second }], step.cache);
    for (const [b, row] of second.entries()) {
      await expectClose(
        tail(step.hidden, b, row.length),
        await tail(atOnce.hidden, b, row.length).data(),
        2e-5,
      );
    }
  });

  it("gives each question what it gets alone, with padding before, between and after latents", async () => {
    const latents = noise<tf.Tensor3D>("latents", [2, 2, 32]);
    const before = [[5, 6, 7, 8], [9]];
    const after = [[10], [11, 12, 13]];
    const together = read(agent.model, [{ ids: before }, { latents }, { ids: after }]);
    for (const b of [0, 1]) {
      const mine = tf.slice(latents, [b, 0, 0], [1, 2, 32]);
      const alone = read(agent.model, [{ ids: [before[b]!] }, { latents: mine }, { ids: [after[b]!] }]);
      await expectClose(lastOf(together.hidden, b), await lastOf(alone.hidden, 0).data(), 2e-5);
    }
  });

  it("passes gradients to the latents", async () => {
    const chunks = (latents: tf.Tensor) => [
      { ids: [[5, 6]] },
      { latents: latents as tf.Tensor3D },
      { ids: [[7]] },
    ];
    const f = (latents?: tf.Tensor): tf.Tensor => lastHidden(read(agent.model, chunks(latents!)).hidden);
    await expectGradients(f, [noise("latents", [1, 1, 32])], { tolerance: 1e-2 });
  });
});

const lastOf = (hidden: tf.Tensor3D, b: number): tf.Tensor =>
  tf.slice(lastHidden(hidden), [b, 0, 0], [1, 1, -1]);

describe("the last hidden state", () => {
  it("is that of the last position", async () => {
    const hidden = tf.tensor3d([
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ]);
    await expectClose(lastHidden(hidden), [3, 4, 7, 8]);
    const single = tf.tensor3d([[[1, 2]]]);
    expect(lastHidden(single)).toBe(single);
  });
});
