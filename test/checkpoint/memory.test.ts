import { describe, expect, it } from "vitest";
import { checkMemory, weightBytes } from "../../kernel-lib/checkpoint/memory";
import { FULL_SIZE_MODELS } from "../../kernel-lib/experiment/fullSize";
import { parseConfig } from "../../kernel-lib/model/huggingface";

const config = parseConfig({ ...FULL_SIZE_MODELS[0]!.hf }, "Qwen3-0.6B");
// 151,936 · 1,024 embeddings, tied; 28 layers of 15,728,640 in linear layers and 2,304 in norms; the last norm
const [EMBEDDINGS, LINEAR, NORMS] = [155_582_464, 28 * 15_728_640, 28 * 2304 + 1024];
const GB = 1e9;

describe("the memory that a model takes", () => {
  it("is four bytes per number, tied embeddings counted once", () => {
    expect(weightBytes(config, "tensorflow")).toBe(4 * (EMBEDDINGS + LINEAR + NORMS));
  });

  it("has linear layers twice on wasm", () => {
    expect(weightBytes(config, "wasm")).toBe(4 * (EMBEDDINGS + 2 * LINEAR + NORMS));
  });
});

describe("a model that does not fit", () => {
  it("is refused on wasm, which addresses 4 GB, with what it takes and what to try", () => {
    const check = () =>
      checkMemory(config, { from: "models/big", backend: "wasm", taken: 0, machine: 64 * GB });
    expect(check).toThrow("models/big: its 596,049,920 numbers take 4.1 GB on the wasm backend");
    expect(check).toThrow(/where 3\.8 GB fit\. Try the tfjs-node backend .* or a smaller model\.$/);
  });

  it("is refused on a native backend when the machine is too small", () => {
    const check =
      (machine: number, taken = 0) =>
      () =>
        checkMemory(config, { from: "big", backend: "tensorflow", taken, machine });
    expect(check(3 * GB)).not.toThrow();
    expect(check(2 * GB)).toThrow(
      /take 2\.4 GB on the tensorflow backend, where 2\.0 GB fit\. Try a machine with more/,
    );
    expect(check(3 * GB, 1 * GB)).toThrow("where 2.0 GB are left beside the tensors there are");
  });

  it("fits where it is small", () => {
    const small = { ...config, vocabSize: 1000, layers: 4 };
    expect(() => checkMemory(small, { from: "small", backend: "wasm" })).not.toThrow();
  });
});
