import { beforeAll, describe, expect, it } from "vitest";
import { ready } from "../../kernel-lib/engine/backend";
import { release } from "../../kernel-lib/engine/memory";
import { tf } from "../../kernel-lib/engine/tf";
import { tensorsLeftBy } from "../support/tensors";

beforeAll(() => ready());

describe("releasing", () => {
  it("frees every tensor in arrays and objects, at any depth, and what is freed already", async () => {
    const work = (): void => {
      const gone = tf.scalar(1);
      gone.dispose();
      release({ a: tf.scalar(2), list: [tf.scalar(3), { deep: [tf.scalar(4)] }], gone });
    };
    expect(await tensorsLeftBy(work)).toBe(0);
  });

  it("leaves others alone", () => {
    const kept = tf.scalar(5);
    release([tf.scalar(6)]);
    expect(kept.isDisposed).toBe(false);
  });
});
