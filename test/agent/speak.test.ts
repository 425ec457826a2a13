import { describe, expect, it } from "vitest";
import type { Agent } from "../../kernel-lib/agent/agent";
import { speak } from "../../kernel-lib/agent/speak";
import { AbortedError } from "../../kernel-lib/engine/control";
import { random } from "../../kernel-lib/engine/random";
import { tf } from "../../kernel-lib/engine/tf";
import type { Forward } from "../../kernel-lib/model/transformer";
import { tensorsLeftBy } from "../support/tensors";
import { promptsOf, readIds, tinyAgent } from "./agents";

const NEVER: readonly number[] = [];

async function begin(
  name = "qwen3",
): Promise<{ agent: Agent; start: Forward; ids: number[][]; greedy: number[][] }> {
  const agent = await tinyAgent(name);
  const prompts = await promptsOf(name);
  return { agent, start: readIds(agent.model, prompts.ids), ...prompts };
}

describe("speaking", () => {
  it.each(["qwen2-tied", "qwen2-untied", "qwen3", "llama"])(
    "continues greedily as transformers does: %s",
    async (name) => {
      const { agent, start, greedy } = await begin(name);
      const { ids, generated } = await speak(agent.model, start, { stop: NEVER, maxNewTokens: 8 });
      expect(ids).toEqual(greedy);
      expect(generated).toEqual([8, 8]);
    },
  );

  it("ends each question at its stop token, which counts but is not said", async () => {
    const { agent, start, greedy } = await begin();
    // said by question 0 only, as its fifth token
    const stop = greedy[0]![4]!;
    expect([greedy[0]!.indexOf(stop), greedy[1]!.includes(stop)]).toEqual([4, false]);
    const { ids, generated } = await speak(agent.model, start, { stop: [stop], maxNewTokens: 8 });
    expect(ids).toEqual([greedy[0]!.slice(0, 4), greedy[1]]);
    expect(generated).toEqual([5, 8]);
  });

  it("ends at whichever of several stop tokens comes first", async () => {
    const { agent, start, greedy } = await begin();
    const [later, sooner] = [greedy[0]![4]!, greedy[0]![2]!];
    expect(greedy[0]!.indexOf(sooner)).toBe(2);
    const { ids, generated } = await speak(agent.model, start, { stop: [later, sooner], maxNewTokens: 8 });
    expect(ids[0]).toEqual(greedy[0]!.slice(0, 2));
    expect(generated[0]).toBe(3);
  });

  it("says nothing where the first token is the stop, and no more than it may", async () => {
    const { agent, start, greedy } = await begin();
    const { ids, generated } = await speak(agent.model, start, { stop: [greedy[0]![0]!], maxNewTokens: 1 });
    expect(ids).toEqual([[], [greedy[1]![0]]]);
    expect(generated).toEqual([1, 1]);
  });

  it("ends a question where it is halted, by its own text alone", async () => {
    const { agent, start, greedy } = await begin();
    const seen: [number, number][] = [];
    const { ids, generated } = await speak(agent.model, start, {
      stop: NEVER,
      maxNewTokens: 8,
      halt: (said, row) => {
        seen.push([row, said.length]);
        return row === 0 && said.length === 3;
      },
    });
    expect(ids).toEqual([greedy[0]!.slice(0, 3), greedy[1]]);
    expect(generated).toEqual([3, 8]);
    const asked = (row: number): number[] => seen.filter(([of]) => of === row).map(([, length]) => length);
    expect([asked(0), asked(1)]).toEqual([
      [1, 2, 3],
      [1, 2, 3, 4, 5, 6, 7, 8],
    ]);
  });

  it("gives each question the tokens that are its own", async () => {
    const { agent, start, greedy } = await begin();
    const { ids, generated } = await speak(agent.model, start, { stop: NEVER, maxNewTokens: [2, 8] });
    expect(ids).toEqual([greedy[0]!.slice(0, 2), greedy[1]]);
    expect(generated).toEqual([2, 8]);
    const silent = await speak(agent.model, start, { stop: NEVER, maxNewTokens: [0, 3] });
    expect(silent).toEqual({ ids: [[], greedy[1]!.slice(0, 3)], generated: [0, 3] });
    const nothing = await speak(agent.model, start, { stop: NEVER, maxNewTokens: 0 });
    expect(nothing).toEqual({ ids: [[], []], generated: [0, 0] });
  });

  it("goes on with the open questions alone, and leaves no tensors of the others", async () => {
    const { agent, start } = await begin();
    const talk = () => speak(agent.model, start, { stop: NEVER, maxNewTokens: [1, 6] });
    const profile = await tf.profile(talk as unknown as () => Promise<tf.Tensor>);
    // one choice for both questions, then five for one
    const choices = profile.kernels
      .filter(({ name }) => name === "ArgMax")
      .map((kernel) => kernel.outputShapes);
    expect(choices).toEqual([[[2]], [[1]], [[1]], [[1]], [[1]], [[1]]]);
    expect(await tensorsLeftBy(talk)).toBe(0);
  });

  it("leaves what was read as it was, to be spoken after again", async () => {
    const { agent, start, greedy } = await begin();
    const before = await start.hidden.data();
    for (let time = 0; time < 2; time++) {
      const { ids } = await speak(agent.model, start, { stop: NEVER, maxNewTokens: 8 });
      expect(ids).toEqual(greedy);
    }
    expect(await start.hidden.data()).toEqual(before);
    expect(start.cache.mask[0]).toHaveLength(12);
  });

  it.each([0, 0.8])("leaves no tensors behind at temperature %f", async (temperature) => {
    const { agent, start } = await begin();
    const randoms = [random(1), random(2)];
    const talk = (maxNewTokens: number, signal?: AbortSignal) => () =>
      speak(agent.model, start, { stop: NEVER, maxNewTokens, temperature, randoms, signal }).catch(
        () => undefined,
      );
    expect(await tensorsLeftBy(talk(1))).toBe(0);
    expect(await tensorsLeftBy(talk(5))).toBe(0);
    expect(await tensorsLeftBy(talk(5, AbortSignal.abort()))).toBe(0);
  });

  it("samples the same for a question whoever else is in the batch", async () => {
    const { agent, start, ids: prompts } = await begin();
    const options = { stop: NEVER, maxNewTokens: 8, temperature: 1, topP: 0.9 };
    const together = await speak(agent.model, start, {
      ...options,
      randoms: [random("q", 0), random("q", 1)],
    });
    const alone = await speak(agent.model, readIds(agent.model, [prompts[1]!]), {
      ...options,
      randoms: [random("q", 1)],
    });
    expect(alone.ids[0]).toEqual(together.ids[1]);
    const other = await speak(agent.model, start, { ...options, randoms: [random("r", 0), random("r", 1)] });
    expect(other.ids).not.toEqual(together.ids);
  });

  it("is greedy as the temperature goes to 0", async () => {
    const { agent, start, greedy } = await begin();
    const randoms = [random(1), random(2)];
    const { ids } = await speak(agent.model, start, {
      stop: NEVER,
      maxNewTokens: 8,
      temperature: 1e-4,
      randoms,
    });
    expect(ids).toEqual(greedy);
  });

  it.each([
    [{ temperature: -1 }, "temperature is -1"],
    [{ temperature: Number.NaN }, "temperature is NaN"],
    [{ temperature: 1, topP: 0 }, "topP is 0"],
    [{ temperature: 1, topP: 1.5 }, "topP is 1.5"],
  ])("refuses to decode with %o", async (decoding, problem) => {
    const { agent, start } = await begin();
    const spoken = speak(agent.model, start, { stop: NEVER, maxNewTokens: 1, ...decoding });
    await expect(spoken).rejects.toThrow(problem);
  });

  it("stops on a signal", async () => {
    const { agent, start } = await begin();
    const spoken = speak(agent.model, start, { stop: NEVER, maxNewTokens: 8, signal: AbortSignal.abort() });
    await expect(spoken).rejects.toBeInstanceOf(AbortedError);
  });
});
