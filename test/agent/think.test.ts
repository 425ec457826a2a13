import { beforeAll, describe, expect, it } from "vitest";
import type { Agent } from "../../kernel-lib/agent/agent";
import { lastHidden, read } from "../../kernel-lib/agent/read";
import { think } from "../../kernel-lib/agent/think";
import { random } from "../../kernel-lib/engine/random";
import { tf } from "../../kernel-lib/engine/tf";
import { applyInnerLink, createInnerLink } from "../../kernel-lib/link/innerLink";
import type { LinkWeights } from "../../kernel-lib/link/parameters";
import { embed, forward } from "../../kernel-lib/model/transformer";
import { expectClose, noise, tensorsLeftBy } from "../support/tensors";
import { promptsOf, readIds, tinyAgent } from "./agents";

let agent: Agent;
let ids: number[][];
let inner: LinkWeights;
beforeAll(async () => {
  agent = await tinyAgent();
  ({ ids } = await promptsOf("qwen3"));
  inner = createInnerLink(32, random("think"));
});

describe("thinking", () => {
  it("gives m states", () => {
    const start = readIds(agent.model, ids);
    for (const latentSteps of [1, 2, 5]) {
      expect(think(agent.model, inner, start, { latentSteps }).shape).toEqual([2, latentSteps, 32]);
    }
  });

  it("begins with the state at the last position read", async () => {
    const start = readIds(agent.model, ids);
    const only = think(agent.model, inner, start, { latentSteps: 1 });
    await expectClose(only, await lastHidden(start.hidden).data(), 0);
  });

  it("gives the states of a run without cache, each thought's link appended to the prompt", async () => {
    const prompt = [ids[0]!];
    const states: tf.Tensor3D[] = [];
    let inputs = embed(agent.model, prompt);
    for (let step = 0; step < 4; step++) {
      const state = lastHidden(forward(agent.model, inputs).hidden);
      states.push(state);
      inputs = tf.concat([inputs, applyInnerLink(inner, state)], 1);
    }
    const thoughts = think(agent.model, inner, readIds(agent.model, prompt), { latentSteps: 4 });
    await expectClose(thoughts, await tf.concat(states, 1).data(), 5e-5);
  });

  it("gives each question of a padded batch the thoughts that it has alone", async () => {
    const together = think(agent.model, inner, readIds(agent.model, ids), { latentSteps: 3 });
    for (const [b, row] of ids.entries()) {
      const alone = think(agent.model, inner, readIds(agent.model, [row]), { latentSteps: 3 });
      await expectClose(tf.slice(together, [b, 0, 0], [1, 3, 32]), await alone.data(), 5e-5);
    }
  });

  it("has the gradient of the link and of what was read, through every step", async () => {
    const latents = noise<tf.Tensor3D>("read", [1, 2, 32]);
    const name = "proj2.bias";
    const f = (x: tf.Tensor, bias: tf.Tensor): tf.Tensor => {
      const start = read(agent.model, [{ ids: [[5, 6]] }, { latents: x as tf.Tensor3D }]);
      const thoughts = think(agent.model, { ...inner, [name]: bias }, start, { latentSteps: 3 });
      // the last thought only, so that nothing but the chain carries the gradient
      return tf.sum(tf.mul(lastHidden(thoughts), noise("projection", [1, 1, 32])));
    };
    const at = [latents, inner[name]!] as const;
    const slopes = tf.grads((x: tf.Tensor, b: tf.Tensor) => f(x, b))([...at]);
    for (const [which, slope] of slopes.entries()) {
      // along the gradient itself, where the change is largest
      const norm = Math.sqrt((await tf.sum(tf.square(slope)).data())[0]!);
      const moved = async (by: number): Promise<number> => {
        const [x, b] = at.map((value, i) => (i === which ? tf.add(value, tf.mul(slope, by / norm)) : value));
        return (await f(x!, b!).data())[0]!;
      };
      const difference = ((await moved(0.01)) - (await moved(-0.01))) / 0.02;
      expect(norm).toBeGreaterThan(0.01);
      expect(Math.abs(difference / norm - 1)).toBeLessThan(0.01);
    }
  });

  it("leaves nothing but its result, in a tidy, and what was read as it was", async () => {
    const start = readIds(agent.model, ids);
    const before = await start.hidden.data();
    expect(
      await tensorsLeftBy(() => tf.tidy(() => think(agent.model, inner, start, { latentSteps: 3 }))),
    ).toBe(1);
    expect(await start.hidden.data()).toEqual(before);
    expect(start.cache.mask[0]).toHaveLength(12);
  });
});
